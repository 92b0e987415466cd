/** The SBOM of an image, from a stand-in for syft. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireSyft, sbomOf } from "../../../../ops/attest/sbom.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-syft-"));
afterAll(() => rmSync(folder, { recursive: true }));

const image = `shop.azurecr.io/team/hello@sha256:${"a".repeat(64)}`;
const user = { username: "ci", password: "right" };

/** Puts a program named syft on PATH. */
const withSyft = (script: string): NodeJS.ProcessEnv => {
  writeFileSync(join(folder, "syft"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin` };
};
const found = '{"bomFormat":"CycloneDX","components":[{"name":"node"}]}';

it("is read from the registry with the credentials of the caller, which are in no argument", async () => {
  const env = withSyft(
    `test "$*" = "scan registry:${image} --output cyclonedx-json --quiet" || exit 9
test "$SYFT_REGISTRY_AUTH_AUTHORITY $SYFT_REGISTRY_AUTH_USERNAME $SYFT_REGISTRY_AUTH_PASSWORD" = "shop.azurecr.io ci right" || exit 8
echo '${found}'`,
  );
  expect(JSON.parse((await sbomOf(image, user, env)).toString())).toEqual(JSON.parse(found));
});

it("is refused if it lists no package", async () => {
  for (const text of ['{"bomFormat":"CycloneDX","components":[]}', '{"bomFormat":"CycloneDX"}', "hello"])
    await expect(sbomOf(image, undefined, withSyft(`echo '${text}'`))).rejects.toThrow(
      `syft found nothing in ${image}, so there is no SBOM to attach`,
    );
});

it("needs syft, which is checked before anything is changed", async () => {
  const env = { PATH: "/nowhere" };
  const message = /syft, which lists the contents of an image, is not on PATH: install it .*or set attest to false/;
  await expect(requireSyft(env)).rejects.toThrow(message);
  await expect(sbomOf(image, user, env)).rejects.toThrow(message);
  await expect(requireSyft(withSyft("exit 0"))).resolves.toBeUndefined();
  await expect(requireSyft(withSyft("exit 3"))).rejects.toThrow("Command failed");
});

it("reports what syft prints", async () => {
  await expect(sbomOf(image, user, withSyft("echo unauthorized >&2; exit 1"))).rejects.toThrow(
    `syft cannot read ${image}: unauthorized`,
  );
  await expect(sbomOf(image, user, withSyft("exit 1"))).rejects.toThrow("Command failed");
});
