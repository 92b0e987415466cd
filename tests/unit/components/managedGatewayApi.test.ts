import * as pulumi from "@pulumi/pulumi";
import { ManagedGatewayApi, type ManagedGatewayApiArgs } from "../../../components/managedGatewayApi.ts";
import { subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only } from "../pulumiMocks.ts";

const deployment = "azure-native:resources:Deployment";
const clusterId = `${subscription}/resourceGroups/group/providers/Microsoft.ContainerService/managedClusters/aks`;
const controlPlaneId = `${subscription}/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/control`;
const args = {
  resourceGroupName: "group",
  clusterName: pulumi.output("aks"),
  clusterId: pulumi.output(clusterId),
  controlPlaneId,
  tags: { app: "hello" },
} satisfies ManagedGatewayApiArgs;

async function create(more: Partial<ManagedGatewayApiArgs> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  new ManagedGatewayApi("hello", { ...args, ...more });
  return cloud.settled();
}

interface Nested {
  parameters: { cluster: { value: string }; change: { value: object } };
  template: { resources: [object] };
}
const nested = (resources: Awaited<ReturnType<typeof create>>) => {
  const { properties } = only(resources, deployment).inputs as {
    properties: { template: { resources: [{ properties: Nested }] } };
  };
  return properties.template.resources[0].properties;
};

test.each([false, true])("creates one deployment (preview: %s)", async (preview) => {
  expect(labels(await create({}, preview))).toEqual([
    `${deployment}::hello-gateway-api`,
    "tarmac:azure:ManagedGatewayApi::hello",
  ]);
});

test("reads the cluster in a version that knows the Gateway API, and writes it back with its additions", async () => {
  const { parameters, template } = nested(await create());
  expect(parameters).toEqual({
    cluster: { value: `[reference('${clusterId}', '2026-03-01', 'Full')]` },
    change: {
      value: {
        ingressProfile: {
          gatewayAPI: { installation: "Standard" },
          webAppRouting: { gatewayAPIImplementations: { appRoutingIstio: { mode: "Enabled" } } },
        },
      },
    },
  });
  expect(template.resources).toEqual([
    {
      ...{ type: "Microsoft.ContainerService/managedClusters", apiVersion: "2026-03-01", name: "aks" },
      location: "[parameters('cluster').location]",
      sku: "[parameters('cluster').sku]",
      tags: { app: "hello" },
      identity: { type: "UserAssigned", userAssignedIdentities: { [controlPlaneId]: {} } },
      properties: "[union(parameters('cluster').properties, parameters('change'))]",
    },
  ]);
});

test("installs only the definitions for another implementation", async () => {
  expect(nested(await create({ applicationRouting: false })).parameters.change.value).toMatchObject({
    ingressProfile: { webAppRouting: { gatewayAPIImplementations: { appRoutingIstio: { mode: "Disabled" } } } },
  });
});

test("fetches certificates from Key Vault on request, without the NGINX controller", async () => {
  expect(nested(await create({ keyVaultCertificates: true })).parameters.change.value).toMatchObject({
    ingressProfile: { webAppRouting: { enabled: true, nginx: { defaultIngressControllerType: "None" } } },
    addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true } },
  });
});
