import * as pulumi from "@pulumi/pulumi";
import { getManagedCluster, type GetManagedClusterArgs } from "@pulumi/azure-native/containerservice/index.js";
import { Resource as AnyVersion } from "@pulumi/azure-native/resources/index.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { logWorkspaceProblem } from "@tarmac/validate/azureResourceId";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { nodeResourceGroup } from "./azure/derivedNames.ts";
import { unchanging } from "./azure/unchanging.ts";
import { apiServerAccessProfile, type ApiServerArgs, apiServerFindings } from "./cluster/apiServer.ts";
import { clusterRangeFindings, type ClusterRangeArgs, clusterRanges } from "./cluster/clusterRanges.ts";
import { clusterSignIn } from "./cluster/clusterSignIn.ts";
import type { KubeloginMethod } from "./cluster/entraKubeconfig.ts";
import { logAgent } from "./cluster/logAgent.ts";
import { keepToWindow, maintenanceFindings, type MaintenanceWindow } from "./cluster/upgrades.ts";
import { clusterDefaults } from "./cluster.ts";
import type { Identity } from "./identities.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { gatewayApiProperties, type ManagedGatewayApiArgs } from "./managedGatewayApi.ts";
import type { OutboundType } from "./network/outbound.ts";

/** The type, in the first stable api-version that was seen to have managed system nodes (`hostedSystemProfile`); the SDK's own is older. */
export const clustersWithManagedSystem = {
  resourceProviderNamespace: "Microsoft.ContainerService",
  resourceType: "managedClusters",
  parentResourcePath: "",
  apiVersion: "2026-03-01",
};

/** A network that AKS has not created, and the identities that use it. */
export interface AutomaticNetworkArgs {
  /** Resource id of the subnet of the nodes that AKS creates for pods. The control plane needs Network Contributor on its whole network. */
  nodeSubnetId: pulumi.Input<string>;
  /** Resource id of the subnet of the nodes that AKS keeps for itself: a subnet of its own in the same network. */
  systemNodeSubnetId: pulumi.Input<string>;
  /** Resource id of the subnet of the API server in the same network, delegated to Microsoft.ContainerService/managedClusters. */
  apiServerSubnetId: pulumi.Input<string>;
  /** Identity the control plane manages Azure resources with. It needs Managed Identity Operator on the kubelet identity. */
  controlPlane: Pick<Identity, "id">;
  /** Identity the nodes pull images with. */
  kubelet: Identity;
  /** How the nodes reach the internet; prepared in both subnets of nodes. @default "loadBalancer" */
  outboundType?: Exclude<OutboundType, "managedNATGateway">;
}

export interface AutomaticClusterArgs {
  /** Resource group that holds the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "swedencentral"; AKS Automatic is not available in every region. @default the resource group's */
  location?: pulumi.Input<string>;
  /**
   * Where the cluster is. With none, AKS creates the network and both identities: Azure refuses an identity of another's there.
   * @default AKS makes a network with a NAT gateway
   */
  network?: AutomaticNetworkArgs;
  /** Addresses of pods and Services. @default AKS's */
  ranges?: ClusterRangeArgs;
  /** From where the API server can be reached; its subnet is that of `network`. @default from everywhere, by those who may sign in */
  apiServer?: Omit<ApiServerArgs, "subnetId">;
  /** When upgrades may run. @default AKS upgrades when it sees fit */
  maintenance?: MaintenanceWindow;
  /** The managed Gateway API with these properties. @default as AKS presets it: application routing */
  gatewayApi?: Pick<ManagedGatewayApiArgs, "applicationRouting" | "keyVaultCertificates">;
  /** Resource id of a Log Analytics workspace for logs of containers and nodes (Container insights). @default logs are not stored */
  logWorkspaceId?: string;
  /** Metrics for Azure Monitor's managed Prometheus. @default false */
  managedPrometheus?: boolean;
  /** How the kubeconfig signs in with Entra. @default "azurecli" */
  kubelogin?: KubeloginMethod;
  /** Azure tags of the cluster. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A cluster of AKS Automatic: AKS keeps the system nodes, creates other nodes by what pods request, upgrades everything, and holds
 * what runs on the cluster to its deployment safeguards. Everything that AKS presets is left to AKS; what others check for (no
 * local accounts, Azure RBAC, upgrade channels) is stated with the only value that AKS accepts.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Kubeconfig (YAML); a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** Nodes come with the pods: there is nothing to wait for. */
  readonly pools: pulumi.Resource[] = [];
  /** Object id of the identity the nodes pull images with. */
  readonly kubeletObjectId: pulumi.Output<string>;
  /** Issuer of the tokens that the cluster's ServiceAccounts sign in to Entra with. */
  readonly issuerUrl: pulumi.Output<string>;
  /** For the `deletedWith` option of what runs on the cluster: it needs no deletion of its own when the cluster goes. */
  readonly managedCluster: pulumi.CustomResource & { readonly name: pulumi.Output<string> };

  /** @throws pulumi.InputPropertyError for what AKS would refuse: ranges, hours of maintenance, ids. */
  constructor(name: string, args: AutomaticClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { network, maintenance } = args;
    throwIfAny([
      ...clusterRangeFindings(args.ranges ?? {}),
      ...apiServerFindings(args.apiServer ?? {}),
      ...maintenanceFindings("maintenance", maintenance),
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
          // What is off is said too: what a PUT leaves out, AKS leaves as it is.
          addonProfiles: { ...addonProfiles, omsagent: logAgent(args.logWorkspaceId) },
          azureMonitorProfile: { metrics: { enabled: args.managedPrometheus ?? clusterDefaults.managedPrometheus } },
          ...ingress,
        },
      },
      {
        parent: this,
        // AKS changes these of no existing cluster: said here, a preview shows what it takes, not an update that will fail.
        replaceOnChanges: ["dnsPrefix", "hostedSystemProfile", "networkProfile"].map((key) => `properties.${key}`),
      },
    );
    this.managedCluster = cluster;
    this.clusterName = cluster.name;
    const inCluster = { resourceGroupName: args.resourceGroupName, resourceName: this.clusterName };
    const seen = unchanging(cluster.properties.apply(seenOf), inCluster, async (query: GetManagedClusterArgs) =>
      seenOf(await getManagedCluster(query, { parent: this })),
    );
    this.kubeletObjectId = network?.kubelet.objectId ?? seen.apply(({ kubeletObjectId }) => kubeletObjectId);
    this.issuerUrl = seen.apply(({ issuerUrl }) => issuerUrl);
    if (maintenance !== undefined)
      keepToWindow(name, maintenance, inCluster, undefined, {
        ...{ parent: this, deletedWith: cluster, protect: false },
      });
    const kubelogin = args.kubelogin ?? clusterDefaults.kubelogin;
    const signIn = { cluster: inCluster, clusterId: cluster.id, localAccounts: false, kubelogin };
    ({ kubeconfig: this.kubeconfig, provider: this.provider } = clusterSignIn(name, signIn, this));
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}

/** What Azure shows of such a cluster beside what it was told; none of it changes while the cluster exists. */
interface SeenProperties {
  identityProfile?: Record<string, { objectId?: string }>;
  oidcIssuerProfile?: { issuerURL?: string };
}

const seenOf = ({ identityProfile, oidcIssuerProfile }: SeenProperties) => ({
  kubeletObjectId: identityProfile?.kubeletidentity?.objectId ?? "",
  issuerUrl: oidcIssuerProfile?.issuerURL ?? "",
});
