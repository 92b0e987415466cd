/**
 * What previews and the drift check see in a cluster: the simulated Azure decides with the roles that the bootstrap assigns,
 * asked as the authorization webhook of AKS asks.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRights } from "../../../bootstrap/ciRights.ts";
import { customResourceGroups, customResourceReader } from "../../../bootstrap/customResourceReader.ts";
import { giveRole, newIdentity } from "../local/azure/principals.ts";
import { arm, armToken, type Environment, raw, startWithGroup } from "../local/azure/testAzure.ts";
import { mockCloud, only, valueOf } from "../pulumiMocks.ts";

let environment: Environment;
let subscription: string;
let principalId: string;

beforeAll(async () => {
  ({ environment } = await startWithGroup());
  subscription = `/subscriptions/${environment.azure.deployer.subscriptionId}`;
  ({ principalId } = await newIdentity(environment.azure, "drift"));
  const cloud = await mockCloud();
  const role = await valueOf(
    customResourceReader("reader", { repository: "contoso/hello", subscriptions: [subscription] }),
  );
  const { inputs } = only(await cloud.settled(), "azure-native:authorization:RoleDefinition");
  const { roleName, assignableScopes, permissions } = inputs;
  const id = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const properties = { roleName, assignableScopes, permissions };
  expect(await arm(environment.azure, "PUT", id, "2022-05-01-preview", { properties })).toMatchObject({ status: 201 });
  const rights = readRights({
    containers: {},
    keys: {},
    subscriptions: { here: subscription },
    customResourceReader: role,
  });
  for (const right of Object.values(rights))
    await giveRole(environment.azure, subscription, principalId, right.role as string, right.condition);
});
afterAll(() => environment.stop());

/**
 * Asks as AKS's webhook does: a resource that Azure has no operation for is a custom one, with its group and kind as attributes.
 * https://github.com/kubeguard/guard/blob/master/authz/providers/azure/rbac/checkaccessreqhelper.go
 */
async function mayRead(group: string, resource: string, verb: "read" | "write" = "read"): Promise<boolean> {
  const cluster = "Microsoft.ContainerService/managedClusters";
  const isCustom = !["", "apps", "autoscaling", "policy", "networking.k8s.io", "rbac.authorization.k8s.io"].includes(
    group,
  );
  const attribute = (name: string) => `${cluster}/customResources:${name}`;
  const action = isCustom
    ? {
        Id: `${cluster}/customresources/${verb}`,
        Attributes: { [attribute("group")]: group, [attribute("kind")]: resource },
      }
    : { Id: [cluster, group, resource, verb].filter((part) => part !== "").join("/") };
  const { body } = await raw(
    environment.azure,
    `${subscription}/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview`,
    {
      method: "POST",
      token: await armToken(environment.azure),
      body: JSON.stringify({
        Subject: { Attributes: { ObjectId: principalId } },
        Actions: [{ IsDataAction: true, ...action }],
        Resource: { Id: `${subscription}/resourceGroups/rg/providers/${cluster}/hello/namespaces/hello` },
      }),
    },
  );
  return (body as { accessDecision: string }[])[0]?.accessDecision === "Allowed";
}

it.each([
  ["", "namespaces"],
  ["", "services"],
  ["", "serviceaccounts"],
  ["", "configmaps"],
  ["", "pods"],
  ["apps", "deployments"],
  ["apps", "replicasets"],
  ["autoscaling", "horizontalpodautoscalers"],
  ["networking.k8s.io", "networkpolicies"],
  ["policy", "poddisruptionbudgets"],
  ["gateway.networking.k8s.io", "gateways"],
  ["gateway.networking.k8s.io", "httproutes"],
  ["cilium.io", "ciliumnetworkpolicies"],
  ["secrets-store.csi.x-k8s.io", "secretproviderclasses"],
])("includes what the components create: %s %s", async (group, resource) => {
  expect(await mayRead(group, resource)).toBe(true);
  expect(await mayRead(group, resource, "write")).toBe(false);
});

it.each([
  ["", "secrets"],
  ["rbac.authorization.k8s.io", "rolebindings"],
  ["argoproj.io", "applications"],
])("excludes %s %s", async (group, resource) => {
  expect(await mayRead(group, resource)).toBe(false);
});

it("names the groups of all custom resources that the components create", () => {
  const files = readdirSync("components", { recursive: true, withFileTypes: true }).filter(({ name }) =>
    name.endsWith(".ts"),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  const groups = texts
    .filter((text) => text.includes("new CustomResource("))
    .flatMap((text) => [...text.matchAll(/"([\w-]+(?:\.[\w-]+)+)\/v\d\w*"/g)].map(([, group]) => group));
  expect([...new Set(groups)].sort()).toEqual([...customResourceGroups].sort());
});
