import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { withImage } from "../../../../ops/deploy/stackFile.ts";

const image = "registry.example/hello:1@sha256:a";
const folder = mkdtempSync(join(tmpdir(), "tarmac-test-"));
const file = join(folder, "Pulumi.dev.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const withText = (text: string) => {
  writeFileSync(file, text);
  return withImage(file, "dev", image, (other) => Promise.resolve(parse(readFileSync(other, "utf8")) as object));
};

test("the image is in place of the build, and nothing else is different", async () => {
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
])("a file that is %s takes it too", async (_, text) => {
  expect(await withText(text)).toMatchObject({ config: { "tarmac:image": image } });
});

test("the other file is called as the stack's, is nobody else's to read, and is gone in the end", async () => {
  writeFileSync(file, "config: {}\n");
  let seen = "";
  await expect(
    withImage(file, "dev", image, (other) => {
      seen = other;
      expect(basename(other)).toBe("Pulumi.dev.yaml");
      expect(statSync(other).mode & 0o777).toBe(0o600);
      return Promise.reject(new Error("the update failed"));
    }),
  ).rejects.toThrow("the update failed");
  expect(dirname(seen)).not.toBe(folder);
  expect(existsSync(dirname(seen))).toBe(false);
});
