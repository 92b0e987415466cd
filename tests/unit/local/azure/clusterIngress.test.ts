/** The managed Gateway API of a simulated cluster: which API versions have it, and how the stack's deployment switches it on. */
import { type Answer, arm, armToken, type Environment, eventually } from "./testAzure.ts";
import { type Identity, startWithClusterIdentities } from "./principals.ts";

let environment: Environment;
let token: string;
let group: string;
let control: Identity;
let kubelet: Identity;

const cluster = "Microsoft.ContainerService/managedClusters/aks";
const knowing = "2026-03-01";
const before = "2025-09-01";

const ask = (method: string, path: string, version: string, body?: unknown): Promise<Answer> =>
  arm(environment.azure, method, `${group}/${path}`, version, body, token);
const body = (more: object = {}) => ({
  location: "westeurope",
  tags: { app: "hello" },
  sku: { name: "Base", tier: "Standard" },
  identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
  properties: {
    identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D4s_v5" }],
    addonProfiles: { azurepolicy: { enabled: true } },
    ...more,
  },
});
const settled = (version = knowing) =>
  eventually(async () => {
    const answer = await ask("GET", cluster, version);
    expect(answer.properties?.provisioningState).toBe("Succeeded");
    return answer;
  });

const gatewayAPI = { installation: "Standard" };
const istio = { gatewayAPIImplementations: { appRoutingIstio: { mode: "Enabled" } } };

beforeAll(async () => {
  const started = await startWithClusterIdentities();
  ({ environment, control, kubelet } = started);
  group = `${started.group}/providers`;
  token = await armToken(environment.azure);
});
afterAll(() => environment.stop());

it("is unknown to older versions", async () => {
  expect(await ask("PUT", cluster, before, body({ ingressProfile: { gatewayAPI } }))).toMatchObject({
    status: 400,
    code: "UnmarshalError",
    message: 'UnmarshalEntity encountered error: json: unknown field "gatewayAPI".',
  });
  expect(await ask("PUT", cluster, before, body({ ingressProfile: { webAppRouting: istio } }))).toMatchObject({
    status: 400,
    message: 'UnmarshalEntity encountered error: json: unknown field "gatewayAPIImplementations".',
  });
});

it("accepts the values that AKS knows, and excludes the service mesh", async () => {
  expect(
    await ask("PUT", cluster, knowing, body({ ingressProfile: { gatewayAPI: { installation: "On" } } })),
  ).toMatchObject({ status: 400, code: "InvalidParameter" });
  const both = { ingressProfile: { webAppRouting: istio }, serviceMeshProfile: { mode: "Istio" } };
  expect((await ask("PUT", cluster, knowing, body(both))).message).toContain("cannot be enabled simultaneously");
});

it("is switched on by a deployment that reads the cluster and writes it back, and nothing else of the cluster changes", async () => {
  await ask("PUT", cluster, before, body());
  const created = await settled();
  const id = `${group}/${cluster}`;
  const inner = {
    type: "Microsoft.ContainerService/managedClusters",
    apiVersion: knowing,
    name: "aks",
    location: "[parameters('cluster').location]",
    sku: "[parameters('cluster').sku]",
    tags: { app: "hello" },
    identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
    properties: "[union(parameters('cluster').properties, parameters('change'))]",
  };
  const nested = {
    type: "Microsoft.Resources/deployments",
    apiVersion: "2025-04-01",
    name: "aks-gateway-api",
    properties: {
      mode: "Incremental",
      parameters: {
        cluster: { value: `[reference('${id}', '${knowing}', 'Full')]` },
        change: { value: { ingressProfile: { gatewayAPI, webAppRouting: istio } } },
      },
      template: { resources: [inner] },
    },
  };
  const deployment = "Microsoft.Resources/deployments/gateway-api";
  await ask("PUT", deployment, "2025-04-01", {
    properties: { mode: "Incremental", template: { resources: [nested] } },
  });
  await eventually(async () =>
    expect((await ask("GET", deployment, "2025-04-01")).properties).toMatchObject({ provisioningState: "Succeeded" }),
  );
  const changed = await settled();
  expect(changed).toEqual({
    ...created,
    properties: { ...created.properties, ingressProfile: { gatewayAPI, webAppRouting: istio } },
  });
  expect(environment.kubernetes.ingresses.at(-1)).toEqual({ gatewayApi: true, applicationRouting: true });
});

it("survives updates by API versions that do not know it, which do not show it either", async () => {
  await ask("PUT", cluster, before, body({ addonProfiles: { omsagent: { enabled: false } } }));
  expect((await settled()).properties).toMatchObject({
    ingressProfile: { gatewayAPI, webAppRouting: istio },
    addonProfiles: { azurepolicy: { enabled: true }, omsagent: { enabled: false } },
  });
  expect((await settled(before)).properties).not.toHaveProperty("ingressProfile");
});
