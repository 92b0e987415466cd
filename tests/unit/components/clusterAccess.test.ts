import { ClusterAccess, type ClusterAccessArgs } from "../../../components/clusterAccess.ts";
import { deployerOf } from "../../../components/azure/grantees.ts";
import { roleAssignmentName } from "../../../components/azure/builtInRoles.ts";
import { deployerObjectId, guid, subscription, unsignedToken } from "../providerAnswers.ts";
import { labels, mockCloud, only, pending } from "../pulumiMocks.ts";

const assignment = "azure-native:authorization:RoleAssignment";
const component = "tarmac:azure:ClusterAccess::hello";
const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const resourceGroupId = `${subscription}/resourceGroups/group`;

async function create(admins?: ClusterAccessArgs["admins"]) {
  const cloud = await mockCloud();
  new ClusterAccess("hello", { resourceGroupId, admins });
  return { resources: await cloud.settled(), calls: cloud.calls };
}

test.each([[undefined], [{}]])("makes the deployer the cluster's admin if nobody is named: %j", async (admins) => {
  const { resources, calls } = await create(admins);
  expect(labels(resources)).toEqual([`${assignment}::hello-deployer`, component]);
  expect(calls.map(({ token }) => token)).toEqual(["azure-native:authorization:getClientToken"]);
  expect(only(resources, assignment)).toMatchObject({
    parent: component,
    aliases: [],
    inputs: {
      scope: resourceGroupId,
      principalId: deployerObjectId,
      principalType: "ServicePrincipal",
      roleAssignmentName: roleAssignmentName(resourceGroupId, deployerObjectId, clusterAdmin),
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${clusterAdmin}`,
    },
  });
});

test("keeps the first deployer's right when somebody else deploys", async () => {
  const { resources } = await create();
  expect(only(resources, assignment).ignoreChanges).toEqual(["principalId", "principalType", "roleAssignmentName"]);
});

test("makes the named principals admins, and does not look up the deployer", async () => {
  const [person, group] = [guid("person"), guid("group")];
  const { resources, calls } = await create({ [person]: "User", [group]: "Group" });
  expect(labels(resources)).toEqual(
    [`${assignment}::hello-${person}`, `${assignment}::hello-${group}`, component].sort(),
  );
  expect(calls).toEqual([]);
  for (const [principalId, principalType] of [
    [person, "User"],
    [group, "Group"],
  ]) {
    const { inputs, ignoreChanges } = only(resources, assignment, `hello-${principalId}`);
    expect(inputs).toMatchObject({ scope: resourceGroupId, principalId, principalType });
    expect(ignoreChanges).toEqual([]);
  }
});

test("has the same resources in a preview of a new stack", async () => {
  const cloud = await mockCloud({ preview: true });
  new ClusterAccess("hello", { resourceGroupId: pending<string>() });
  expect(labels(await cloud.settled())).toEqual([`${assignment}::hello-deployer`, component]);
});

describe("the principal of a token", () => {
  test("is a person if the token has scopes, because people act within an application's limits", () => {
    expect(deployerOf(unsignedToken({ oid: guid("person"), scp: "user_impersonation" }))).toEqual({
      principalId: guid("person"),
      principalType: "User",
    });
  });

  test("is an application if the token has none", () => {
    expect(deployerOf(unsignedToken({ oid: guid("pipeline") }))).toEqual({
      principalId: guid("pipeline"),
      principalType: "ServicePrincipal",
    });
  });

  test("is unknown if the token has no object id", () => {
    expect(() => deployerOf(unsignedToken({ sub: "somebody" }))).toThrow(
      "the Azure token of this deployment has no object id: set tarmac:clusterAdmins and tarmac:registryPushers",
    );
  });
});
