/** The settings with which a deployment demands attested images. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withVerifiedImages } from "../../../../ops/policy/verifiedImages.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-verified-"));
afterAll(() => rmSync(folder, { recursive: true }));

const told = async (config?: object) => {
  const file = join(folder, "dev.json");
  if (config !== undefined) writeFileSync(file, JSON.stringify(config));
  let copy = "";
  const settings = await withVerifiedImages(
    { folder: "policy", ...(config === undefined ? {} : { config: file }) },
    ["sha256:a"],
    (pack) => {
      copy = pack.config ?? "";
      expect(pack.folder).toBe("policy");
      return Promise.resolve(JSON.parse(readFileSync(copy, "utf8")) as unknown);
    },
  );
  expect(existsSync(copy)).toBe(false);
  return settings;
};

it("are those of the stack, with what was verified", async () => {
  const exceptions = [{ resource: "proxy", reason: "of another team" }];
  expect(await told({ all: "mandatory", "image-attested": { exceptions } })).toEqual({
    all: "mandatory",
    "image-attested": { exceptions, required: true, verified: ["sha256:a"] },
  });
  expect(await told()).toEqual({ "image-attested": { required: true, verified: ["sha256:a"] } });
});

it("keep the level of the policy", async () => {
  expect(await told({ "image-attested": "advisory" })).toEqual({
    "image-attested": { enforcementLevel: "advisory", required: true, verified: ["sha256:a"] },
  });
});

it("are removed when the deployment fails", async () => {
  let copy = "";
  const failing = withVerifiedImages({ folder: "policy" }, [], ({ config = "" }) => {
    copy = config;
    return Promise.reject(new Error("failed"));
  });
  await expect(failing).rejects.toThrow("failed");
  expect(existsSync(copy)).toBe(false);
});
