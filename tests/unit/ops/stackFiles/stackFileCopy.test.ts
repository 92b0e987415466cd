import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { withCopyOfStackFile } from "../../../../ops/stackFiles/stackFileCopy.ts";

const image = "registry.example/hello:1@sha256:a";
const changes = { "tarmac:image": image };
const folder = mkdtempSync(join(tmpdir(), "tarmac-test-"));
const file = join(folder, "Pulumi.dev.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const withText = (text: string) => {
  writeFileSync(file, text);
  return withCopyOfStackFile({ folder, stack: "dev", changes }, (other = "") =>
    Promise.resolve(parse(readFileSync(other, "utf8")) as object),
  );
};

test("the image replaces the build, and nothing else differs", async () => {
  const text =
    "secretsprovider: azurekeyvault://keys/dev\nencryptedkey: abc\nconfig:\n  tarmac:replicas: 2 # few\n  tarmac:secretValues:\n    KEY:\n      secure: v1:x\n";
  expect(await withText(text)).toEqual({
    ...{ secretsprovider: "azurekeyvault://keys/dev", encryptedkey: "abc" },
    config: { "tarmac:replicas": 2, "tarmac:secretValues": { KEY: { secure: "v1:x" } }, "tarmac:image": image },
  });
  expect(readFileSync(file, "utf8")).toBe(text);
});

test.each([
  ["empty", ""],
  ["without settings", "encryptionsalt: v1:abc\n"],
  ["with none below config", "config:\n"],
  ["with only a comment", "# Nothing differs from the defaults.\n"],
])("a file that is %s works too", async (_, text) => {
  expect(await withText(text)).toMatchObject({ config: { "tarmac:image": image } });
});

test("the copy is named like the stack's file, is private, and is deleted in the end", async () => {
  writeFileSync(file, "config: {}\n");
  let seen = "";
  await expect(
    withCopyOfStackFile({ folder: "/elsewhere", stack: "dev", file }, (other = "") => {
      seen = other;
      expect(basename(other)).toBe("Pulumi.dev.yaml");
      expect(statSync(other).mode & 0o777).toBe(0o600);
      return Promise.reject(new Error("the update failed"));
    }),
  ).rejects.toThrow("the update failed");
  expect(dirname(seen)).not.toBe(folder);
  expect(existsSync(dirname(seen))).toBe(false);
});

test("a stack without a file leaves it to Pulumi; a named file must exist", async () => {
  const handedOn = (file: string | undefined) => Promise.resolve(file);
  expect(await withCopyOfStackFile({ folder, stack: "none" }, handedOn)).toBeUndefined();
  await expect(withCopyOfStackFile({ folder, stack: "none", file: "/no/file.yaml" }, handedOn)).rejects.toThrow(
    "--config-file: /no/file.yaml does not exist",
  );
});

test("changes that Pulumi writes to the copy do not reach the stack's own file", async () => {
  writeFileSync(file, "config: {}\n");
  await withCopyOfStackFile({ folder, stack: "dev" }, (other = "") => {
    expect(readFileSync(other, "utf8")).toBe("config: {}\n");
    writeFileSync(other, "encryptionsalt: v1:abc\n");
    return Promise.resolve();
  });
  expect(readFileSync(file, "utf8")).toBe("config: {}\n");
});
