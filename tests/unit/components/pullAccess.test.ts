import * as pulumi from "@pulumi/pulumi";
import { PullAccess, type PullSource } from "../../../components/pullAccess.ts";
import { roleAssignmentName } from "../../../components/azure/builtInRoles.ts";
import { guid, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, pending } from "../pulumiMocks.ts";

const assignment = "azure-native:authorization:RoleAssignment";
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
const repositoryReader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";
const kubeletObjectId = guid("principal kubelet");

const registryId = (name: string, inSubscription = subscription) =>
  `${inSubscription}/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/${name}`;

async function attach(registries: Record<string, PullSource>) {
  const cloud = await mockCloud();
  new PullAccess("hello", { kubeletObjectId: pulumi.output(kubeletObjectId), registries });
  return cloud.settled();
}

test("grants the roles of both modes to the kubelet's object id, on the registry only, because its mode can change", async () => {
  const resources = await attach({ own: { id: registryId("own") } });
  expect(labels(resources)).toEqual([
    `${assignment}::hello-own`,
    `${assignment}::hello-own-abac`,
    "tarmac:azure:PullAccess::hello",
  ]);
  for (const [name, role] of [
    ["hello-own", acrPull],
    ["hello-own-abac", repositoryReader],
  ] as const)
    expect(only(resources, assignment, name)).toMatchObject({
      parent: "tarmac:azure:PullAccess::hello",
      aliases: [],
      inputs: {
        scope: registryId("own"),
        principalId: kubeletObjectId,
        principalType: "ServicePrincipal",
        roleAssignmentName: roleAssignmentName(registryId("own"), kubeletObjectId, role),
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    });
});

test("grants only the mode's own role on a registry whose mode others control", async () => {
  const resources = await attach({
    classic: { id: registryId("classic"), roleMode: "classic" },
    abac: { id: registryId("abac"), roleMode: pulumi.output("abac" as const) },
  });
  expect(labels(resources)).toEqual([
    `${assignment}::hello-abac`,
    `${assignment}::hello-classic`,
    "tarmac:azure:PullAccess::hello",
  ]);
  const roleOf = (name: string) => only(resources, assignment, name).inputs.roleDefinitionId;
  expect(roleOf("hello-classic")).toMatch(new RegExp(`/${acrPull}$`));
  expect(roleOf("hello-abac")).toMatch(new RegExp(`/${repositoryReader}$`));
});

test("names the role in the registry's subscription, which need not be the cluster's", async () => {
  const elsewhere = "/subscriptions/00000000-0000-0000-0000-0000000000ff";
  const resources = await attach({ shared: { id: registryId("shared", elsewhere), roleMode: "classic" } });
  expect(only(resources, assignment).inputs.roleDefinitionId).toBe(
    `${elsewhere}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}`,
  );
});

test("grants the role on every registry in a preview of a new stack too", async () => {
  const cloud = await mockCloud({ preview: true });
  const registries = { own: { id: pending<string>() }, shared: { id: pending<string>() } };
  new PullAccess("hello", { kubeletObjectId: pending<string>(), registries });
  expect(labels(await cloud.settled())).toEqual([
    `${assignment}::hello-own`,
    `${assignment}::hello-own-abac`,
    `${assignment}::hello-shared`,
    `${assignment}::hello-shared-abac`,
    "tarmac:azure:PullAccess::hello",
  ]);
});
