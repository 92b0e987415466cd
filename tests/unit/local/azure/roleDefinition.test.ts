/** Custom roles of the simulated Azure. */
import { randomUUID } from "node:crypto";
import { giveRole, newIdentity } from "./principals.ts";
import { arm, type Environment, startWithGroup } from "./testAzure.ts";

const apiVersion = "2022-04-01";
let environment: Environment;
let subscription: string;

beforeAll(async () => {
  ({ environment } = await startWithGroup());
  subscription = `/subscriptions/${environment.azure.deployer.subscriptionId}`;
});
afterAll(() => environment.stop());

const idOf = (guid: string) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
const put = (guid: string, roleName: string, more: object = {}) =>
  arm(environment.azure, "PUT", idOf(guid), apiVersion, {
    properties: {
      ...{ roleName, type: "CustomRole", description: "for a test", assignableScopes: [subscription] },
      permissions: [{ actions: ["Microsoft.Network/*/read"] }],
      ...more,
    },
  });
const remove = (guid: string) => arm(environment.azure, "DELETE", idOf(guid), apiVersion);

it("is created, read and listed like a built-in one", async () => {
  const guid = randomUUID();
  expect(await put(guid, "Network looker")).toMatchObject({ status: 201 });
  expect(await arm(environment.azure, "GET", idOf(guid), apiVersion)).toMatchObject({
    status: 200,
    properties: {
      ...{ roleName: "Network looker", type: "CustomRole", assignableScopes: [subscription] },
      permissions: [{ actions: ["Microsoft.Network/*/read"], notActions: [], dataActions: [], notDataActions: [] }],
    },
  });
  const filter = new URLSearchParams({ $filter: "type eq 'CustomRole'" }).toString();
  const { value } = (await arm(
    environment.azure,
    "GET",
    `${subscription}/providers/Microsoft.Authorization/roleDefinitions`,
    `${apiVersion}&${filter}`,
  )) as unknown as { value: { name: string }[] };
  expect(value.map(({ name }) => name)).toEqual([guid]);
  expect(await remove(guid)).toMatchObject({ status: 200 });
  expect(await arm(environment.azure, "GET", idOf(guid), apiVersion)).toMatchObject({
    ...{ status: 404, code: "RoleDefinitionDoesNotExist" },
  });
});

it.each([
  ["an id that is not a GUID", "readers", "Readers", {}, "InvalidRoleDefinitionId"],
  ["no name", randomUUID(), "", {}, "InvalidRequestContent"],
  ["the id of a built-in role", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Mine", {}, "RoleDefinitionUpdateNotPermitted"],
  ["scopes elsewhere", randomUUID(), "Elsewhere", { assignableScopes: ["/subscriptions/x"] }, "InvalidAssignableScope"],
  ["no scopes", randomUUID(), "Nowhere", { assignableScopes: undefined }, "InvalidAssignableScope"],
  ["the name of another role", randomUUID(), "reader", {}, "RoleDefinitionWithSameNameExists"],
])("is refused with %s", async (_, guid, roleName, more, code) => {
  expect(await put(guid, roleName, more)).toMatchObject({ code });
});

it("can be assigned at its scopes, and cannot be deleted while it is assigned", async () => {
  const [guid, narrow] = [randomUUID(), randomUUID()];
  await put(guid, "Assigned");
  await put(narrow, "Narrow", { assignableScopes: [`${subscription}/resourceGroups/rg`, subscription] });
  const { principalId } = await newIdentity(environment.azure, "assigned");
  await giveRole(environment.azure, subscription, principalId, guid);
  expect(await remove(guid)).toMatchObject({ status: 400, code: "RoleDefinitionHasAssignments" });
  expect(await remove(narrow)).toMatchObject({ status: 200 });
  await expect(giveRole(environment.azure, subscription, principalId, narrow)).rejects.toMatchObject({
    code: "RoleDefinitionDoesNotExist",
  });
  const inGroup = `${subscription}/resourceGroups/rg/providers/Microsoft.Authorization/roleDefinitions/${narrow}`;
  const body = { properties: { roleName: "Narrow", assignableScopes: [`${subscription}/resourceGroups/rg`] } };
  expect(await arm(environment.azure, "PUT", inGroup, apiVersion, body)).toMatchObject({ status: 201 });
  await expect(giveRole(environment.azure, subscription, principalId, narrow)).rejects.toMatchObject({
    code: "RoleDefinitionNotAssignableAtScope",
  });
});
