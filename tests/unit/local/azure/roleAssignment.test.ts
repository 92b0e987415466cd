import { randomUUID } from "node:crypto";
import {
  clients,
  type Clients,
  type Environment,
  raw,
  roleGuids,
  roleId,
  simulation,
  startWithGroup,
  armToken,
} from "./testAzure.ts";
import { giveRole, newIdentity } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let group: string;
let principalId: string;

beforeAll(async () => {
  ({ environment, azure, group } = await startWithGroup());
  ({ principalId } = await newIdentity(environment.azure, "kubelet"));
});
afterAll(() => environment.stop());

const assign = (
  name: string,
  role: string,
  principal = principalId,
  more: object = { principalType: "ServicePrincipal" },
) =>
  azure.authorization.roleAssignments.create(group, name, {
    principalId: principal,
    roleDefinitionId: roleId(environment.azure, role),
    ...more,
  });

async function listed(filter?: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  const options = filter === undefined ? {} : { filter };
  for await (const { name } of azure.authorization.roleAssignments.listForScope(group, options)) found.push(name);
  return found;
}

describe("user-assigned identities, through @azure/arm-msi", () => {
  it("have ids that a PUT keeps, and get new ones when they are created again", async () => {
    const { identities } = azure;
    const first = await identities.userAssignedIdentities.createOrUpdate("rg", "other", { location: "swedencentral" });
    expect(first.tenantId).toBe(environment.azure.deployer.tenantId);
    expect(first.principalId).not.toBe(first.clientId);
    const again = await identities.userAssignedIdentities.createOrUpdate("rg", "other", {
      location: "swedencentral",
      tags: { a: "b" },
    });
    expect(again).toMatchObject({ principalId: first.principalId, clientId: first.clientId, tags: { a: "b" } });
    const tagged = await identities.userAssignedIdentities.update("rg", "other", { tags: { c: "d" } });
    expect(tagged.tags).toEqual({ c: "d" });
    await identities.userAssignedIdentities.delete("rg", "other");
    await expect(identities.userAssignedIdentities.get("rg", "other")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    const anew = await identities.userAssignedIdentities.createOrUpdate("rg", "other", { location: "swedencentral" });
    expect(anew.principalId).not.toBe(first.principalId);
    await identities.userAssignedIdentities.delete("rg", "other");
  });
});

describe("role assignments, through @azure/arm-authorization", () => {
  it("are created, read, listed by principal and at scope, and deleted", async () => {
    const name = randomUUID();
    const created = await assign(name, roleGuids.acrPull);
    expect(created).toMatchObject({ name, scope: group, principalId, principalType: "ServicePrincipal" });
    expect(await azure.authorization.roleAssignments.get(group, name)).toMatchObject({ principalId });
    expect(await listed(`principalId eq '${principalId}'`)).toEqual([name]);
    expect(await listed(`assignedTo('${randomUUID()}')`)).toEqual([]);
    // Without a filter also assignments above the scope: the deployer is Owner of the subscription.
    expect(await listed("atScope()")).toHaveLength(2);
    await azure.authorization.roleAssignments.delete(group, name);
    expect(await listed(`principalId eq '${principalId}'`)).toEqual([]);
    await expect(azure.authorization.roleAssignments.get(group, name)).rejects.toMatchObject({
      statusCode: 404,
      code: "RoleAssignmentNotFound",
    });
  });

  it("can be put again unchanged, but not changed or duplicated under another name", async () => {
    const name = randomUUID();
    await assign(name, roleGuids.acrPull);
    await assign(name, roleGuids.acrPull);
    await expect(assign(name, roleGuids.acrPush)).rejects.toMatchObject({
      statusCode: 400,
      code: "RoleAssignmentUpdateNotPermitted",
      message: "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    });
    await expect(assign(randomUUID(), roleGuids.acrPull)).rejects.toMatchObject({
      statusCode: 409,
      code: "RoleAssignmentExists",
      message: `The role assignment already exists. The ID of the conflicting role assignment is ${name.replaceAll("-", "")}.`,
    });
    await azure.authorization.roleAssignments.delete(group, name);
  });

  it.each([
    ["a name that is not a GUID", () => assign("reader", roleGuids.reader), 400, "InvalidRoleAssignmentId"],
    ["a role that does not exist", () => assign(randomUUID(), randomUUID()), 404, "RoleDefinitionDoesNotExist"],
    ["an unknown principal", () => assign(randomUUID(), roleGuids.reader, randomUUID()), 400, "PrincipalNotFound"],
    [
      "a wrong type",
      () => assign(randomUUID(), roleGuids.reader, principalId, { principalType: "User" }),
      400,
      "UnmatchedPrincipalType",
    ],
    [
      "a condition of another version",
      () => assign(randomUUID(), roleGuids.reader, principalId, { condition: "true", conditionVersion: "1.0" }),
      400,
      "InvalidConditionVersion",
    ],
    [
      "an unreadable condition",
      () => assign(randomUUID(), roleGuids.reader, principalId, { condition: "true", conditionVersion: "2.0" }),
      400,
      "InvalidCondition",
    ],
  ])("refuse %s", async (_, attempt, statusCode, code) => {
    await expect(attempt()).rejects.toMatchObject({ statusCode, code });
  });

  it("need principalType while the directory replicates", async () => {
    await simulation(environment.azure, "PUT", "delays", { principalReplicationSeconds: 60 });
    const name = randomUUID();
    await expect(assign(name, roleGuids.reader, principalId, {})).rejects.toMatchObject({ code: "PrincipalNotFound" });
    await assign(name, roleGuids.reader);
    await azure.authorization.roleAssignments.delete(group, name);
    await simulation(environment.azure, "POST", "reset");
    await assign(name, roleGuids.reader, principalId, {});
    await azure.authorization.roleAssignments.delete(group, name);
  });

  it("are deleted with their scope", async () => {
    await azure.resources.resourceGroups.createOrUpdate("rg-short", { location: "swedencentral" });
    const scope = group.replace(/rg$/, "rg-short");
    await giveRole(environment.azure, scope, principalId, roleGuids.reader);
    await azure.resources.resourceGroups.delete("rg-short");
    expect(await listed(`principalId eq '${principalId}'`)).toEqual([]);
  });

  it("offer the built-in roles by name", async () => {
    const found: (string | undefined)[] = [];
    const roles = azure.authorization.roleDefinitions.list(group, { filter: "roleName eq 'AcrPull'" });
    for await (const role of roles) found.push(role.name);
    expect(found).toEqual([roleGuids.acrPull]);
  });
});

describe("authorization of requests to the Resource Manager", () => {
  it("follows the role assignments of the caller", async () => {
    const colleague = (await simulation(environment.azure, "POST", "servicePrincipals", {
      displayName: "colleague",
    })) as {
      objectId: string;
      clientId: string;
      clientSecret: string;
    };
    const other = clients(environment.azure, colleague);
    await expect(other.resources.resourceGroups.get("rg")).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailed",
      message: expect.stringContaining(
        `The client '${colleague.clientId}' with object id '${colleague.objectId}' does not have authorization to perform action ` +
          `'Microsoft.Resources/subscriptions/resourceGroups/read' over scope '${group}'`,
      ) as string,
    });

    const reader = randomUUID();
    await assign(reader, roleGuids.reader, colleague.objectId);
    expect(await other.resources.resourceGroups.get("rg")).toMatchObject({ name: "rg" });
    await expect(other.resources.resourceGroups.update("rg", { tags: {} })).rejects.toMatchObject({ statusCode: 403 });

    const contributor = randomUUID();
    await assign(contributor, roleGuids.contributor, colleague.objectId);
    await other.resources.resourceGroups.update("rg", { tags: {} });
    // A Contributor may do everything except assign roles.
    await expect(
      other.authorization.roleAssignments.create(group, randomUUID(), {
        principalId,
        roleDefinitionId: roleId(environment.azure, roleGuids.reader),
      }),
    ).rejects.toMatchObject({ statusCode: 403, code: "AuthorizationFailed" });
    for (const name of [reader, contributor]) await azure.authorization.roleAssignments.delete(group, name);
  });

  it("restricts the control API to the deployer", async () => {
    const colleague = (await simulation(environment.azure, "POST", "servicePrincipals", {
      displayName: "curious",
    })) as {
      clientId: string;
      clientSecret: string;
    };
    const token = await armToken(environment.azure, colleague);
    expect(await raw(environment.azure, "/simulation/inventory", { token })).toMatchObject({ status: 403 });
    expect(await raw(environment.azure, "/simulation/inventory")).toMatchObject({ status: 401 });
  });
});
