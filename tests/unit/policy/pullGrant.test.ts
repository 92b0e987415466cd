import { judgedStack, unknown, urnOf, type TestResource } from "./judged.ts";

const subscription = "/subscriptions/9f0e7b8c-0000-4000-8000-000000000001";
const registryId = `${subscription}/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop`;
const kubeletId = "11111111-1111-4111-8111-111111111111";
const otherId = "22222222-2222-4222-8222-222222222222";
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
const repositoryReader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";

const cluster = (objectId?: string): TestResource => ({
  type: "azure-native:containerservice:ManagedCluster",
  name: "aks",
  props: objectId === undefined ? {} : { identityProfile: { kubeletidentity: { objectId } } },
  origins: { identityProfile: ["kubelet"] },
});
const identity = (name: string): TestResource => ({
  type: "azure-native:managedidentity:UserAssignedIdentity",
  name,
  props: {},
});
const grant = (
  principalId: string | undefined,
  { role = acrPull, scope = registryId, from = "kubelet" }: { role?: string; scope?: string; from?: string } = {},
): TestResource => ({
  type: "azure-native:authorization:RoleAssignment",
  name: "pull",
  props: {
    ...(principalId === undefined ? {} : { principalId }),
    scope,
    roleDefinitionId:
      role === unknown ? unknown : `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  },
  origins: { principalId: [from] },
});
const identities = [identity("kubelet"), identity("control-plane")];
const says = (resources: TestResource[], config?: object) => {
  const { violations, notApplicable } = judgedStack("pull-grant", resources, config);
  expect(
    violations.every(({ urn }) => urn === urnOf({ type: "azure-native:authorization:RoleAssignment", name: "pull" })),
  ).toBe(true);
  return { problems: violations.map(({ message }) => message.split("\n")[0]), notApplicable };
};

describe.each([
  ["AcrPull", acrPull],
  ["Container Registry Repository Reader", repositoryReader],
])("the right to pull by %s", (name, role) => {
  it("passes for the kubelet identity on a registry, in whatever case Azure writes it", () => {
    expect(
      says([...identities, cluster(kubeletId.toUpperCase()), grant(kubeletId, { role: role.toUpperCase() })]),
    ).toEqual({ problems: [] });
  });

  it("fails for any other identity", () => {
    expect(says([...identities, cluster(kubeletId), grant(otherId, { role })]).problems).toEqual([
      `${name} is assigned to ${otherId}: it is not a kubelet identity of this stack's clusters (principalId)`,
    ]);
  });

  it.each([subscription, `${subscription}/resourceGroups/shop`, `${registryId}/repositories/app`])(
    "fails at %s",
    (scope) => {
      expect(says([cluster(kubeletId), grant(kubeletId, { role, scope })]).problems).toEqual([
        `${name} is assigned at "${scope}", which is not one registry (scope)`,
      ]);
    },
  );
});

it("ignores other roles", () => {
  expect(
    says([cluster(kubeletId), grant(otherId, { role: "8311e382-0749-4cb8-b61a-304f252e45ec", scope: subscription })]),
  ).toEqual({ problems: [] });
});

it("reports if nobody has it", () => {
  expect(says([cluster(kubeletId), grant(undefined)]).problems).toEqual([
    "AcrPull is assigned to nobody (principalId)",
  ]);
});

it("requires the readers that belong to no cluster in the stack to be named", () => {
  expect(says([grant(otherId)]).problems).toEqual([
    `AcrPull is assigned to ${otherId}: there is no cluster in this stack whose kubelet identity it could be (principalId)`,
  ]);
  expect(says([grant(otherId)], { objectIds: [otherId] })).toEqual({ problems: [] });
});

it("accepts a cluster's own kubelet identity, which is an output", () => {
  expect(says([cluster(kubeletId), { ...grant(kubeletId), origins: { principalId: ["aks"] } }])).toEqual({
    problems: [],
  });
});

describe("a cluster that is created as a resource of any version", () => {
  const anyCluster = (identityProfile: unknown): TestResource => ({
    type: "azure-native:resources:Resource",
    name: "aks",
    props: {
      ...{ resourceProviderNamespace: "Microsoft.ContainerService", resourceType: "managedClusters" },
      properties: { identityProfile },
    },
    origins: { properties: ["kubelet"] },
  });

  it("has a kubelet identity like any other", () => {
    const made = anyCluster({ kubeletidentity: { objectId: kubeletId } });
    expect(says([...identities, made, grant(kubeletId)])).toEqual({ problems: [] });
    expect(says([...identities, made, grant(otherId)]).problems).toHaveLength(1);
  });

  it("is followed to its future properties", () => {
    const made = anyCluster({ kubeletidentity: { objectId: unknown } });
    expect(says([...identities, made, grant(unknown, { from: "control-plane" })]).problems).toHaveLength(1);
    expect(says([...identities, made, grant(unknown)]).problems).toEqual([]);
  });
});

describe("before anything exists", () => {
  it("follows an id to the identity that it will come from", () => {
    expect(says([...identities, cluster(unknown), grant(unknown, { from: "control-plane" })]).problems).toEqual([
      'AcrPull is assigned to an id of "control-plane", which no cluster of this stack has as its kubelet identity (principalId)',
    ]);
  });

  it.each<[string, TestResource[], string, object?]>([
    [
      "the kubelet identity's, which may be the wrong id",
      [...identities, cluster(unknown), grant(unknown)],
      "principalId",
    ],
    [
      "another principal's, if other readers may be allowed",
      [...identities, cluster(unknown), grant(unknown, { from: "control-plane" })],
      "principalId",
      { objectIds: [otherId] },
    ],
    [
      "the cluster's own",
      [...identities, { ...cluster(unknown), origins: {} }, grant(unknown, { from: "control-plane" })],
      "principalId",
    ],
    ["a known id beside an unknown cluster", [cluster(unknown), grant(kubeletId)], "principalId"],
    ["the scope", [cluster(kubeletId), grant(kubeletId, { scope: unknown })], "scope"],
    ["the role", [cluster(kubeletId), grant(kubeletId, { role: unknown })], "roleDefinitionId"],
  ])("leaves to the update: %s", (_, ...[resources, path, config]) => {
    expect(says(resources, config)).toEqual({ problems: [], notApplicable: `not known at preview: ${path}` });
  });
});

it("accepts exceptions", () => {
  const reason = "a scanner that reads all images";
  expect(says([cluster(kubeletId), grant(otherId)], { exceptions: [{ resource: "pull", reason }] })).toEqual({
    problems: [],
  });
});
