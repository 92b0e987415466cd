import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/azure-native/resources/index.js";

/**
 * The first stable version of the AKS API known to support the managed Gateway API.
 * https://github.com/Azure/terraform-azurerm-avm-res-containerservice-managedcluster/pull/236
 */
export const clusterVersion = "2026-03-01";
const deploymentVersion = "2025-04-01";

/**
 * Returns the cluster properties that enable the Gateway API, for API versions that support them.
 * @param args the same as those of {@link ManagedGatewayApi}
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
        // Enables the operator that fetches certificates. "None" prevents the NGINX controller.
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
  /** Resource group of the cluster. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Name of the managed cluster: `clusterName` of `Cluster`. */
  clusterName: pulumi.Input<string>;
  /** Resource id of the managed cluster. */
  clusterId: pulumi.Input<string>;
  /** Resource id of the control plane's identity. */
  controlPlaneId: pulumi.Input<string>;
  /**
   * Whether application routing implements the Gateway API, with the GatewayClass `approuting-istio`. If false, AKS
   * installs only the definitions, for an implementation that you install.
   * @default true
   */
  applicationRouting?: boolean;
  /**
   * Whether Gateways can use certificates from Key Vault. Installs the application routing operator and the Secrets
   * Store CSI driver.
   * @default false
   */
  keyVaultCertificates?: boolean;
  /**
   * Azure tags of the cluster. They must be the cluster's current tags: the deployment writes them to the cluster.
   * @default none
   * @example { team: "shop" }
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The managed Gateway API on an AKS cluster. AKS installs its definitions, upgrades them with the cluster, and runs an
 * implementation (Istio without sidecars). The NGINX controller of application routing is not installed: its support
 * ended in November 2026.
 *
 * The API version of azure-native's cluster does not support these properties. So a deployment reads the cluster, adds
 * the properties, and writes the cluster back, as `az aks update` does. Later updates of the cluster keep them.
 * Removing this component keeps them too. To remove them, run `az aks update --disable-app-routing-istio
 * --disable-gateway-api`.
 *
 * Use `transforms` to change resource properties that no argument covers.
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
                // A template cannot read the resource that it writes, so the outer template reads it and the inner one
                // writes it.
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
