import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/azure-native/resources/index.js";

/**
 * The first stable version of AKS's API that was seen to know the managed Gateway API.
 * https://github.com/Azure/terraform-azurerm-avm-res-containerservice-managedcluster/pull/236
 */
export const clusterVersion = "2026-03-01";
const deploymentVersion = "2025-04-01";

/**
 * The properties of a cluster with the Gateway API, for API versions that know them.
 * @param args as those of {@link ManagedGatewayApi}
 */
export function gatewayApiProperties({
  applicationRouting = true,
  keyVaultCertificates = false,
}: Pick<ManagedGatewayApiArgs, "applicationRouting" | "keyVaultCertificates">) {
  return {
    ingressProfile: {
      gatewayAPI: { installation: "Standard" },
      webAppRouting: {
        gatewayAPIImplementations: { appRoutingIstio: { mode: applicationRouting ? "Enabled" : "Disabled" } },
        // The operator that fetches certificates; "None" keeps the NGINX controller away.
        ...(keyVaultCertificates && { enabled: true, nginx: { defaultIngressControllerType: "None" } }),
      },
    },
    ...(keyVaultCertificates && {
      addonProfiles: {
        azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } },
      },
    }),
  };
}

/** The GatewayClass of AKS's application routing: https://learn.microsoft.com/azure/aks/app-routing-gateway-api */
export const applicationRoutingClass = "approuting-istio";

export interface ManagedGatewayApiArgs {
  /** Resource group of the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Name of the managed cluster. */
  clusterName: pulumi.Input<string>;
  /** Resource id of the managed cluster. */
  clusterId: pulumi.Input<string>;
  /** Resource id of the control plane's identity. */
  controlPlaneId: pulumi.Input<string>;
  /**
   * Whether application routing implements the Gateway API, with the GatewayClass `approuting-istio`. False: only the definitions
   * are installed, for an implementation of your own.
   * @default true
   */
  applicationRouting?: boolean;
  /** Whether Gateways take certificates from Key Vault (operator of application routing, Secrets Store CSI driver). @default false */
  keyVaultCertificates?: boolean;
  /** Azure tags of the cluster. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The Gateway API on an AKS cluster: AKS installs its definitions, upgrades them with the cluster, and runs an implementation
 * (Istio without sidecars). The NGINX controller of application routing is not installed: its support ended in November 2026.
 *
 * azure-native's cluster is of an API version that does not know these properties. So a deployment reads the cluster, adds
 * them, and writes it back, as `az aks update` does. The cluster's own updates leave them as they are. Without this component
 * they stay as well: to remove them, `az aks update --disable-app-routing-istio --disable-gateway-api`.
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new ManagedGatewayApi("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:resources:Deployment" ? { props: { ...props, tags: { team: "shop" } }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class ManagedGatewayApi extends pulumi.ComponentResource {
  constructor(name: string, args: ManagedGatewayApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:ManagedGatewayApi", name, {}, opts);
    const change = gatewayApiProperties(args);
    const cluster = pulumi.output(args.clusterId).apply((id) => `[reference('${id}', '${clusterVersion}', 'Full')]`);
    new Deployment(
      `${name}-gateway-api`,
      {
        resourceGroupName: args.resourceGroupName,
        properties: {
          mode: "Incremental",
          template: template([
            {
              type: "Microsoft.Resources/deployments",
              apiVersion: deploymentVersion,
              name: pulumi.interpolate`${args.clusterName}-gateway-api`,
              properties: {
                mode: "Incremental",
                // A template cannot read the resource that it writes: the outer one reads, the inner one writes.
                expressionEvaluationOptions: { scope: "inner" },
                parameters: { cluster: { value: cluster }, change: { value: change } },
                template: template(
                  [
                    {
                      type: "Microsoft.ContainerService/managedClusters",
                      apiVersion: clusterVersion,
                      name: args.clusterName,
                      location: "[parameters('cluster').location]",
                      sku: "[parameters('cluster').sku]",
                      tags: args.tags ?? {},
                      identity: {
                        type: "UserAssigned",
                        userAssignedIdentities: pulumi.output(args.controlPlaneId).apply((id) => ({ [id]: {} })),
                      },
                      properties: "[union(parameters('cluster').properties, parameters('change'))]",
                    },
                  ],
                  { cluster: { type: "object" }, change: { type: "object" } },
                ),
              },
            },
          ]),
        },
      },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    this.registerOutputs({});
  }
}

const template = (resources: object[], parameters: Record<string, { type: string }> = {}) => ({
  $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  contentVersion: "1.0.0.0",
  parameters,
  resources,
});
