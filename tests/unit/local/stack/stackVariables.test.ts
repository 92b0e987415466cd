/** The variables with which programs work with the environment. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "tarmac-stack-"));
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  [{}, ""],
  [{ NO_PROXY: "internal.example" }, ",internal.example"],
  [{ no_proxy: "other.example" }, ",other.example"],
])("bypass the proxy for this machine and the cluster's node, and the hosts of %j", async (env, own) => {
  jest.replaceProperty(process, "env", { TARMAC_STATE: folder, ...env });
  const { stackVariables } = await import("../../../../local/stack/stack.ts");
  expect(stackVariables()).toMatchObject({
    HTTPS_PROXY: "http://127.0.0.1:47444",
    NO_PROXY: `localhost,127.0.0.1,10.244.0.1${own}`,
  });
});
