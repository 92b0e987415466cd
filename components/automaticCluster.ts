import * as pulumi from "@pulumi/pulumi";
import { Resource as AnyVersion } from "@pulumi/azure-native/resources/index.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { logWorkspaceProblem } from "@tarmac/validate/azureResourceId";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { nodeResourceGroup } from "./azure/derivedNames.ts";
import { apiServerAccessProfile, type ApiServerArgs, apiServerFindings } from "./cluster/apiServerAccess.ts";
import { clusterRangeFindings, type ClusterRangeArgs, clusterRanges } from "./cluster/clusterRanges.ts";
import { clusterSignIn } from "./cluster/clusterSignIn.ts";
import type { KubeloginMethod } from "./cluster/entraKubeconfig.ts";
import { logAgent } from "./cluster/logAgent.ts";
import { type SecretsStoreArgs, secretsStoreAddOn, secretsStoreFindings } from "./cluster/secretsStore.ts";
import { unchangingProperties } from "./cluster/unchangingProperties.ts";
import { keepToWindow, maintenanceFindings, type MaintenanceWindow } from "./cluster/upgrades.ts";
import { clusterDefaults } from "./cluster.ts";
import type { Identity } from "./identities.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { clusterVersion, gatewayApiProperties, type ManagedGatewayApiArgs } from "./managedGatewayApi.ts";
import type { OutboundType } from "./network/outbound.ts";

/**
 * The managed cluster type in the first stable api-version known to support managed system nodes
 * (`hostedSystemProfile`). The SDK's own api-version is older.
 */
export const clustersWithManagedSystem = {
  resourceProviderNamespace: "Microsoft.ContainerService",
  resourceType: "managedClusters",
  parentResourcePath: "",
  apiVersion: clusterVersion,
};

/** An existing network for the cluster, and the identities that use it. */
export interface AutomaticNetworkArgs {
  /**
   * Resource id of the subnet for the nodes that AKS creates for pods. The control plane needs Network Contributor on
   * the whole network.
   * @example "/subscriptions/.../virtualNetworks/shop/subnets/nodes"
   */
  nodeSubnetId: pulumi.Input<string>;
  /**
   * Resource id of the subnet for the system nodes that AKS manages. It must be a separate subnet in the same network.
   */
  systemNodeSubnetId: pulumi.Input<string>;
  /**
   * Resource id of the API server's subnet in the same network, delegated to
   * Microsoft.ContainerService/managedClusters.
   */
  apiServerSubnetId: pulumi.Input<string>;
  /**
   * Identity that the control plane uses to manage Azure resources, such as `controlPlane` of `Identities`. It needs
   * Managed Identity Operator on the kubelet identity.
   */
  controlPlane: Pick<Identity, "id">;
  /** Identity that the nodes use to pull images, such as `kubelet` of `Identities`. */
  kubelet: Identity;
  /**
   * How the nodes reach the internet: "loadBalancer", "userAssignedNATGateway" or "userDefinedRouting". The last two
   * must already be set up in both node subnets.
   * @default "loadBalancer"
   * @example "userAssignedNATGateway"
   */
  outboundType?: Exclude<OutboundType, "managedNATGateway">;
}

export interface AutomaticClusterArgs {
  /** Resource group to create the cluster in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /**
   * Azure region. AKS Automatic is not available in every region.
   * @default the resource group's
   * @example "swedencentral"
   */
  location?: pulumi.Input<string>;
  /**
   * An existing network for the cluster, and its identities. Without it, AKS creates the network and both identities:
   * in a network that AKS creates, Azure accepts no other identities.
   * @default AKS makes a network with a NAT gateway
   */
  network?: AutomaticNetworkArgs;
  /** Address ranges of pods and Services. @default AKS's @example { pods: "10.244.0.0/16", services: "10.0.0.0/16" } */
  ranges?: ClusterRangeArgs;
  /**
   * Which networks can reach the API server. `network.apiServerSubnetId` sets the API server's subnet.
   * @default from everywhere, by those who may sign in
   * @example { authorizedRanges: ["203.0.113.7/32"] }
   */
  apiServer?: Omit<ApiServerArgs, "subnetId">;
  /**
   * Weekly window in which upgrades may run.
   * @default AKS upgrades when it sees fit
   * @example { day: "Wednesday", start: "02:00", hours: 4 }
   */
  maintenance?: MaintenanceWindow;
  /**
   * Settings of the managed Gateway API.
   * @default as AKS presets it: application routing
   * @example { applicationRouting: true, keyVaultCertificates: true }
   */
  gatewayApi?: Pick<ManagedGatewayApiArgs, "applicationRouting" | "keyVaultCertificates">;
  /**
   * Resource id of a Log Analytics workspace for container and node logs (Container insights).
   * @default logs are not stored
   * @example "/subscriptions/.../providers/Microsoft.OperationalInsights/workspaces/corp"
   */
  logWorkspaceId?: string;
  /** Whether to collect metrics for Azure Monitor's managed Prometheus. @default false */
  managedPrometheus?: boolean;
  /**
   * Secrets Store CSI driver for Key Vault (add-on), for `keyVault` of `Workload`. Removing this argument leaves the
   * add-on on the cluster.
   * @default the add-on stays as it is; a new cluster does not have it
   * @example { rotation: "10m" }
   */
  secretsStore?: SecretsStoreArgs;
  /**
   * How the kubeconfig signs in with Entra: "azurecli" (`az login`), "workloadidentity" (federated credential of a CI
   * job), "msi" (identity of a virtual machine) or "spn" (service principal from the environment).
   * @default "azurecli"
   * @example "workloadidentity"
   */
  kubelogin?: KubeloginMethod;
  /** Azure tags of the cluster. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Whether a replacement deletes the old cluster before it creates the new one. Set it to true with long names, where
   * this component names the resource group of the nodes (`hasNodeResourceGroup`): AKS refuses a second cluster with
   * the same one.
   * @default false
   */
  deleteBeforeReplace?: boolean;
}

/**
 * An AKS Automatic cluster. AKS manages the system nodes, creates other nodes to fit the pods' requests, upgrades
 * everything, and enforces its deployment safeguards on workloads. This component leaves AKS's presets alone. It states
 * only the properties that policies check (no local accounts, Azure RBAC, upgrade channels), each with the only value
 * that AKS accepts.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new AutomaticCluster("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:resources:Resource"
 *         ? { props: { ...props, properties: { ...props.properties, disableRunCommand: true } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export class AutomaticCluster extends pulumi.ComponentResource {
  /** Name of the managed cluster in its resource group. */
  readonly clusterName: pulumi.Output<string>;
  /** Resource id of the managed cluster, which `Monitoring` and `ManagedGatewayApi` take. */
  readonly clusterId: pulumi.Output<string>;
  /** Kubeconfig (YAML); a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** Always empty: AKS creates nodes when pods need them, so there is nothing to wait for. */
  readonly pools: pulumi.Resource[] = [];
  /** Object id of the identity that the nodes use to pull images. */
  readonly kubeletObjectId: pulumi.Output<string>;
  /** Issuer of the tokens that the cluster's ServiceAccounts use to sign in to Entra. */
  readonly issuerUrl: pulumi.Output<string>;
  /** For the `deletedWith` option of resources on the cluster: deleting the cluster deletes them too. */
  readonly managedCluster: pulumi.CustomResource & {
    /** Name of the cluster in Azure. */
    readonly name: pulumi.Output<string>;
  };

  /**
   * @throws pulumi.InputPropertyError when AKS would refuse an address range, a maintenance window or a resource id.
   */
  constructor(name: string, args: AutomaticClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { network, maintenance } = args;
    throwIfAny([
      ...clusterRangeFindings(args.ranges ?? {}),
      ...apiServerFindings(args.apiServer ?? {}),
      ...maintenanceFindings("maintenance", maintenance),
      ...secretsStoreFindings(args.secretsStore),
      ["logWorkspaceId", ifGiven(args.logWorkspaceId, logWorkspaceProblem)],
    ]);
    super("tarmac:azure:AutomaticCluster", name, {}, opts);
    const { addonProfiles, ...ingress } = args.gatewayApi === undefined ? {} : gatewayApiProperties(args.gatewayApi);
    const cluster = new AnyVersion(
      name,
      {
        ...clustersWithManagedSystem,
        ...{ resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags },
        sku: { name: "Automatic", tier: "Standard" },
        identity:
          network === undefined
            ? { type: "SystemAssigned" }
            : { type: "UserAssigned", userAssignedIdentities: [network.controlPlane.id] },
        properties: {
          dnsPrefix: name,
          nodeResourceGroup: pulumi
            .all([args.resourceGroupName, args.location])
            .apply(([group, location]) => nodeResourceGroup(group, name, location)),
          hostedSystemProfile: {
            enabled: true,
            ...(network && { nodeSubnetID: network.nodeSubnetId, systemNodeSubnetID: network.systemNodeSubnetId }),
          },
          ...(network && {
            identityProfile: {
              kubeletidentity: {
                resourceId: network.kubelet.id,
                clientId: network.kubelet.clientId,
                objectId: network.kubelet.objectId,
              },
            },
          }),
          networkProfile: {
            ...(network && { outboundType: network.outboundType ?? clusterDefaults.outboundType }),
            ...clusterRanges(args.ranges ?? {}),
          },
          apiServerAccessProfile: apiServerAccessProfile({ ...args.apiServer, subnetId: network?.apiServerSubnetId }),
          aadProfile: { managed: true, enableAzureRBAC: true },
          disableLocalAccounts: true,
          autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
          // Disabled features are stated explicitly: AKS keeps the current value of any property that a PUT omits.
          addonProfiles: {
            ...addonProfiles,
            ...secretsStoreAddOn(args.secretsStore),
            omsagent: logAgent(args.logWorkspaceId),
          },
          azureMonitorProfile: { metrics: { enabled: args.managedPrometheus ?? clusterDefaults.managedPrometheus } },
          ...ingress,
        },
      },
      {
        parent: this,
        // AKS cannot change these on an existing cluster. With this option the preview shows a replacement, not an
        // update that would fail.
        replaceOnChanges: ["dnsPrefix", "hostedSystemProfile", "networkProfile"].map((key) => `properties.${key}`),
        ...(args.deleteBeforeReplace && { deleteBeforeReplace: true }),
      },
    );
    this.managedCluster = cluster;
    this.clusterName = cluster.name;
    this.clusterId = cluster.id;
    const inCluster = { resourceGroupName: args.resourceGroupName, resourceName: this.clusterName };
    const { kubeletObjectId, issuerUrl } = unchangingProperties(cluster.properties, inCluster, this);
    this.kubeletObjectId = network?.kubelet.objectId ?? kubeletObjectId;
    this.issuerUrl = issuerUrl;
    if (maintenance !== undefined) {
      const withCluster = { parent: this, deletedWith: cluster, protect: false };
      keepToWindow(name, maintenance, inCluster, undefined, withCluster);
    }
    const kubelogin = args.kubelogin ?? clusterDefaults.kubelogin;
    const signIn = { cluster: inCluster, clusterId: cluster.id, localAccounts: false, kubelogin };
    ({ kubeconfig: this.kubeconfig, provider: this.provider } = clusterSignIn(name, signIn, this));
    this.registerOutputs({ clusterName: this.clusterName, clusterId: this.clusterId, kubeconfig: this.kubeconfig });
  }
}
