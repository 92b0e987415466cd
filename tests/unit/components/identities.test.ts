import { Identities } from "../../../components/identities.ts";
import { roleAssignmentName } from "../../../components/azure/builtInRoles.ts";
import { guid, nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, unknown, valueOf, type CloudOptions } from "../pulumiMocks.ts";

const identity = "azure-native:managedidentity:UserAssignedIdentity";
const assignment = "azure-native:authorization:RoleAssignment";
const component = "tarmac:azure:Identities::hello";

const everything = [
  `${assignment}::hello-operate-kubelet`,
  `${identity}::hello-control-plane`,
  `${identity}::hello-kubelet`,
  component,
];

async function create(preview: CloudOptions["preview"] = false) {
  const cloud = await mockCloud({ preview });
  const identities = new Identities("hello", {
    resourceGroupName: "group",
    location: "westeurope",
    tags: { app: "hello" },
  });
  return { identities, resources: await cloud.settled() };
}

const idOf = (name: string) =>
  `${subscription}/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}${nameSuffix}`;

test("creates two identities and the right of one over the other", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual(everything);
  for (const resource of resources) {
    if (resource.label !== component) expect(resource).toMatchObject({ parent: component, aliases: [] });
  }
  for (const name of ["hello-control-plane", "hello-kubelet"]) {
    expect(only(resources, identity, name).inputs).toEqual({
      resourceGroupName: "group",
      location: "westeurope",
      tags: { app: "hello" },
    });
  }
});

test("makes the control plane Managed Identity Operator of the kubelet's identity, without which AKS refuses it", async () => {
  const { resources } = await create();
  const scope = idOf("hello-kubelet");
  const principalId = guid("principal hello-control-plane");
  const role = "f1a07417-d97a-45cb-824c-7a7467783830";
  expect(only(resources, assignment).inputs).toEqual({
    scope,
    principalId,
    principalType: "ServicePrincipal",
    roleAssignmentName: roleAssignmentName(scope, principalId, role),
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  });
});

test("outputs each identity's resource id, object id and client id, which are easy to confuse", async () => {
  const { identities } = await create();
  for (const [role, ids] of [
    ["control-plane", identities.controlPlane],
    ["kubelet", identities.kubelet],
  ] as const) {
    expect(await valueOf(ids.id)).toBe(idOf(`hello-${role}`));
    expect(await valueOf(ids.objectId)).toBe(guid(`principal hello-${role}`));
    expect(await valueOf(ids.clientId)).toBe(guid(`client hello-${role}`));
  }
});

test("previews the same resources, with unknown ids", async () => {
  const { identities, resources } = await create(true);
  expect(labels(resources)).toEqual(everything);
  expect(await valueOf(identities.kubelet.objectId)).toBe(unknown);
  expect(only(resources, assignment).inputs).toEqual({
    ...{ scope: unknown, principalId: unknown, principalType: "ServicePrincipal" },
    ...{ roleAssignmentName: unknown, roleDefinitionId: unknown },
  });
});

test("knows the existing ids in the preview of an update, such as of tags: otherwise every grant would be shown as replaced", async () => {
  const { identities, resources } = await create("update");
  for (const { objectId, clientId } of [identities.controlPlane, identities.kubelet]) {
    expect([await valueOf(objectId), await valueOf(clientId)]).not.toContain(unknown);
  }
  expect(await valueOf(identities.kubelet.objectId)).toBe(guid("principal hello-kubelet"));
  expect(await valueOf(identities.kubelet.clientId)).toBe(guid("client hello-kubelet"));
  expect(only(resources, assignment).inputs).toEqual(only((await create()).resources, assignment).inputs);
});
