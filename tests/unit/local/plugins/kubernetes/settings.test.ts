import { readSettings } from "../../../../../local/plugins/kubernetes/settings.ts";
import { Secret } from "../../../../../local/plugins/rpc/propertyValues.ts";

test("settings arrive as JSON text, as values, or from the environment", () => {
  const config = {
    kubeconfig: new Secret({ kind: "Config" }),
    enableSecretMutable: "true",
    enablePatchForce: true,
    namespace: "",
  };
  const environment = { PULUMI_K8S_DELETE_UNREACHABLE: "true", PULUMI_K8S_ENABLE_PATCH_FORCE: "false" };
  expect(readSettings(config, environment)).toEqual({
    kubeconfig: '{"kind":"Config"}',
    context: undefined,
    cluster: undefined,
    namespace: undefined,
    serverSideApply: true,
    patchForce: true,
    upsertExistingObjects: false,
    configMapMutable: false,
    secretMutable: true,
    deleteUnreachable: true,
    skipUpdateUnreachable: false,
    suppressDeprecationWarnings: false,
    requestTimeoutSeconds: undefined,
  });
});

test("what the program says goes before the environment", () => {
  const environment = { PULUMI_K8S_DELETE_UNREACHABLE: "true", PULUMI_K8S_CLIENT_TIMEOUT: "7" };
  const settings = readSettings({ deleteUnreachable: "false", kubeClientSettings: '{"timeout":3}' }, environment);
  expect(settings).toMatchObject({ deleteUnreachable: false, requestTimeoutSeconds: 3 });
  expect(readSettings({}, environment)).toMatchObject({ deleteUnreachable: true, requestTimeoutSeconds: 7 });
});
