import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputsOf, readState } from "../../../../local/stack/stateFile.ts";

const folder = mkdtempSync(join(tmpdir(), "state-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(latest: unknown) {
  const file = join(folder, "local.json");
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { stack: "organization/tarmac/local", latest } }));
  return readState(file);
}

const nothing = { resources: [], pendingOperations: [] };

test("a stack that was never deployed has no resources", () => {
  expect(readState(join(folder, "missing.json"))).toEqual(nothing);
  expect(written(null)).toEqual(nothing);
  expect(written({ resources: null, pending_operations: null })).toEqual(nothing);
  expect(outputsOf(nothing)).toEqual({});
});

test("resources and operations that a killed update left are read as Pulumi wrote them", () => {
  const group = {
    urn: "urn:group",
    type: "azure-native:resources:ResourceGroup",
    id: "/subscriptions/1/resourceGroups/a",
  };
  const pending = { type: "creating", resource: { urn: "urn:cluster" } };
  expect(written({ resources: [group], pending_operations: [pending] })).toEqual({
    resources: [group],
    pendingOperations: [pending],
  });
});

test("outputs are the stack's, with secrets masked", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
  const outputs = { url: "http://127.0.0.1:8080", ports: { http: 80 }, kubeconfig: secret };
  const state = written({ resources: [{ urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs }] });
  expect(outputsOf(state)).toEqual({ url: outputs.url, ports: { http: 80 }, kubeconfig: "[secret]" });
});
