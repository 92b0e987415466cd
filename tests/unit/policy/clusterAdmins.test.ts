import { judgedStack, unknown, urnOf, type TestResource } from "./judged.ts";

const group = "/subscriptions/9f0e7b8c-0000-4000-8000-000000000001/resourceGroups/shop";
const adminRole = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const [person, pipeline] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

const cluster = (enableAzureRBAC: unknown = true): TestResource => ({
  type: "azure-native:containerservice:ManagedCluster",
  name: "aks",
  props: { aadProfile: { enableAzureRBAC } },
});
const admin = (principalId: string, principalType: string, role = adminRole): TestResource => ({
  type: "azure-native:authorization:RoleAssignment",
  name: `admin-${principalId}-${role}`,
  props: {
    ...{ principalId, principalType, scope: group },
    roleDefinitionId: role === unknown ? unknown : `${group}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  },
});
const says = (...resources: TestResource[]) => {
  const { violations, notApplicable } = judgedStack("cluster-admins", resources);
  expect(violations.every(({ urn }) => urn === urnOf(cluster()))).toBe(true);
  return { problems: violations.map(({ message }) => message.split("\n")[0]), notApplicable };
};

it.each([
  ["a group", [admin(person, "Group")]],
  ["a person and a pipeline", [admin(person, "User"), admin(pipeline, "ServicePrincipal")]],
  ["a group, and an unknown principal", [admin(person, "Group"), admin(unknown, unknown)]],
  ["principals from elsewhere, because the stack grants the role to nobody", []],
  [
    "principals that also have other roles",
    [admin(person, "Group"), admin(person, "User", "acdd72a7-3385-48ef-bd42-f606fba81ae7")],
  ],
])("passes with %s", (_, admins) => {
  expect(says(cluster(), ...admins)).toEqual({ problems: [] });
});

it("fails with one identity, however often and in whatever case it is named", () => {
  const problems = [`only the User "${person}" administers the cluster (aadProfile)`];
  expect(says(cluster(), admin(person, "User"))).toEqual({ problems });
  const twice = admin(person.toUpperCase(), "User", adminRole.toUpperCase());
  expect(says(cluster(), admin(person, "User"), twice)).toEqual({ problems });
});

it("applies to AKS Automatic, which always has Azure RBAC", () => {
  const automatic: TestResource = { ...cluster(), props: { sku: { name: "Automatic" } } };
  expect(says(automatic, admin(person, "User")).problems).toHaveLength(1);
});

it("does not apply to clusters without Azure RBAC, or to stacks without a cluster", () => {
  expect(says(cluster(false), admin(person, "User"))).toEqual({ problems: [] });
  expect(says(admin(person, "User"))).toEqual({ problems: [] });
});

it("knows the role of tarmac's own assignments in the preview of a new stack, in which no scope is known", () => {
  const access = { ...admin(person, "User", unknown), parent: "tarmac:azure:ClusterAccess" };
  const pull = { ...admin(unknown, "ServicePrincipal", unknown), parent: "tarmac:azure:PullAccess" };
  expect(says(cluster(), access, pull).problems).toHaveLength(1);
  expect(says(cluster(), { ...access, ...admin(person, "Group", unknown), parent: access.parent }, pull)).toEqual({
    problems: [],
  });
});

it.each([
  ["whom", admin(unknown, "User")],
  ["whether a group", admin(person, unknown)],
  ["which role", admin(person, "User", unknown)],
])("is left to the update while it is unknown %s", (_, one) => {
  expect(says(cluster(), one)).toEqual({ problems: [], notApplicable: "not known at preview: aadProfile" });
});
