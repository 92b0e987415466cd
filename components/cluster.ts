import * as pulumi from "@pulumi/pulumi";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/index.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { nodeResourceGroup } from "./azure/derivedNames.ts";
import type { Identity } from "./identities.ts";
import {
  apiServerAccessProfile,
  type ApiServerArgs,
  apiServerFindings,
  replacedFor,
} from "./cluster/apiServerAccess.ts";
import { clusterSignIn } from "./cluster/clusterSignIn.ts";
import type { KubeloginMethod } from "./cluster/entraKubeconfig.ts";
import { logAgent } from "./cluster/logAgent.ts";
import {
  autoscaled,
  type NodePoolArgs,
  poolFindings,
  systemPoolProfile,
  userPool,
  type UserPoolArgs,
  userPoolFindings,
} from "./cluster/nodePools.ts";
import { clusterRangeFindings, clusterRanges, type ClusterRangeArgs } from "./cluster/clusterRanges.ts";
import { type SecretsStoreArgs, secretsStoreAddOn, secretsStoreFindings } from "./cluster/secretsStore.ts";
import { systemPoolVersion } from "./cluster/systemPoolVersion.ts";
import { unchangingProperties } from "./cluster/unchangingProperties.ts";
import { throwIfAny } from "./invalidArguments.ts";
import type { OutboundType } from "./network/outbound.ts";
import { autoUpgradeProfile, keepToWindow, type UpgradeArgs, upgradeFindings } from "./cluster/upgrades.ts";
import { unsupportedVersionProblem } from "@tarmac/validate/aksVersions";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { allPoolsProblem } from "@tarmac/validate/nodePoolRules";
import { logWorkspaceProblem } from "@tarmac/validate/azureResourceId";

export const clusterTiers = ["Free", "Standard", "Premium"] as const;
export type ClusterTier = (typeof clusterTiers)[number];

/** The only place that defines these defaults. The stack's settings read them from here. */
export const clusterDefaults = {
  tier: "Free",
  outboundType: "loadBalancer",
  azurePolicy: false,
  managedPrometheus: false,
  localAccounts: false,
  kubelogin: "azurecli",
} satisfies Partial<ClusterArgs>;

export interface ClusterArgs {
  /** Resource group to create the cluster in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /**
   * Identity that the control plane uses to manage Azure resources, such as `controlPlane` of `Identities`. It needs
   * Managed Identity Operator on the kubelet identity.
   */
  controlPlane: Pick<Identity, "id">;
  /** Identity that the nodes use to pull images, such as `kubelet` of `Identities`. */
  kubelet: Identity;
  /**
   * Kubernetes version; AKS installs patch versions automatically. A newer version upgrades the control plane first,
   * then the pools, one at a time.
   * @default Azure's current default, which the channel "stable" then moves on
   * @example "1.36"
   */
  kubernetesVersion?: string;
  /**
   * Pricing tier: "Free", "Standard" or "Premium". "Standard" adds an uptime SLA. "Premium" also adds long-term
   * support, which is then enabled.
   * @default "Free"
   * @example "Standard"
   */
  tier?: ClusterTier;
  /**
   * Whether a replacement deletes the old cluster before it creates the new one. Set it to true with long names, where
   * this component names the resource group of the nodes (`hasNodeResourceGroup`): AKS refuses a second cluster with
   * the same one.
   * @default false
   */
  deleteBeforeReplace?: boolean;
  /**
   * The node pool that runs the cluster's own pods. It also runs workloads when there are no user pools.
   * @example { vmSize: "Standard_D4ads_v6", count: 2 }
   */
  systemPool: NodePoolArgs;
  /**
   * Node pools for workloads, by name. A name has 1 to 12 lower-case letters and digits and starts with a letter.
   * @default none
   * @example { apps: { vmSize: "Standard_D4ads_v6", minCount: 2, maxCount: 6 } }
   */
  userPools?: Record<string, UserPoolArgs>;
  /**
   * Resource id of the subnet of all nodes, such as `nodeSubnetId` of `Network`. The control plane needs Network
   * Contributor on it.
   * @default AKS makes a network
   * @example "/subscriptions/.../virtualNetworks/shop/subnets/nodes"
   */
  nodeSubnetId?: pulumi.Input<string>;
  /**
   * How the nodes reach the internet: "loadBalancer", "managedNATGateway", "userAssignedNATGateway" or
   * "userDefinedRouting". The last two must already be set up in the nodes' subnet.
   * @default "loadBalancer"
   * @example "userAssignedNATGateway"
   */
  outboundType?: OutboundType;
  /** Address ranges of pods and Services. @default AKS's @example { pods: "10.244.0.0/16", services: "10.0.0.0/16" } */
  ranges?: ClusterRangeArgs;
  /**
   * Which networks can reach the API server.
   * @default from everywhere, by those who may sign in
   * @example { authorizedRanges: ["203.0.113.7/32"] }
   */
  apiServer?: ApiServerArgs;
  /**
   * Which upgrade channels the cluster follows, and when upgrades may run.
   * @default those of `UpgradeArgs`
   * @example { channel: "patch", maintenance: { day: "Wednesday", start: "02:00", hours: 4 } }
   */
  upgrades?: UpgradeArgs;
  /**
   * Whether to enable the Azure Policy add-on, which enforces the subscription's policies on workloads.
   * @default false
   */
  azurePolicy?: boolean;
  /**
   * Resource id of a Log Analytics workspace for container and node logs (Container insights).
   * @default none
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
   * Whether to enable a shared admin certificate in addition to Entra sign-in. This weakens security, because the
   * certificate identifies no user. Enable it only where Entra sign-in is impossible.
   * @default false
   */
  localAccounts?: boolean;
  /**
   * How the kubeconfig signs in with Entra: "azurecli" (`az login`), "workloadidentity" (federated credential of a CI
   * job), "msi" (identity of a virtual machine) or "spn" (service principal from the environment).
   * @default "azurecli"
   * @example "workloadidentity"
   */
  kubelogin?: KubeloginMethod;
  /** Azure tags of the cluster and its pools. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An AKS cluster with a separate identity for pulling images, Entra sign-in, enforced network policies (Cilium) and
 * automatic patches. It provides a kubeconfig and a Kubernetes provider.
 *
 * The system pool is a property of the cluster, because AKS creates no cluster without one. User pools are separate
 * resources, because a change to pools inside the cluster starts a scaling operation on all of them
 * (pulumi-azure-native#4264).
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new Cluster("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:containerservice:ManagedCluster" ? { props: { ...props, autoScalerProfile: { expander: "priority" } }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
  /** Name of the managed cluster in its resource group. */
  readonly clusterName: pulumi.Output<string>;
  /** Resource id of the managed cluster, which `Monitoring` and `ManagedGatewayApi` take. */
  readonly clusterId: pulumi.Output<string>;
  /** Kubeconfig (YAML); a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** The user pools. Workloads must wait for them: while user pools exist, the system pool accepts no workloads. */
  readonly pools: pulumi.Resource[];
  /** Issuer of the tokens that the cluster's ServiceAccounts use to sign in to Entra. */
  readonly issuerUrl: pulumi.Output<string>;
  /** For the `deletedWith` option of resources on the cluster: deleting the cluster deletes them too. */
  readonly managedCluster: ManagedCluster;

  /**
   * @throws pulumi.InputPropertyError when AKS would refuse a pool's name or size, an address range, or a version with
   * its upgrade channel.
   */
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const userPools = Object.entries(args.userPools ?? {});
    const upgrades = args.upgrades ?? {};
    throwIfAny([
      ...poolFindings("systemPool", args.systemPool, 1),
      ...userPoolFindings(args.userPools ?? {}),
      ["userPools", allPoolsProblem([args.systemPool, ...Object.values(args.userPools ?? {})])],
      ...clusterRangeFindings(args.ranges ?? {}),
      ...apiServerFindings(args.apiServer ?? {}),
      ...upgradeFindings(upgrades, args.kubernetesVersion),
      ...secretsStoreFindings(args.secretsStore),
      [
        "kubernetesVersion",
        ifGiven(args.kubernetesVersion, (version) => unsupportedVersionProblem(version, args.tier === "Premium")),
      ],
      ["logWorkspaceId", ifGiven(args.logWorkspaceId, logWorkspaceProblem)],
    ]);
    super("tarmac:azure:Cluster", name, {}, opts);
    const localAccounts = args.localAccounts ?? clusterDefaults.localAccounts;

    this.managedCluster = new ManagedCluster(
      name,
      {
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        nodeResourceGroup: pulumi
          .all([args.resourceGroupName, args.location])
          .apply(([group, location]) => nodeResourceGroup(group, name, location)),
        dnsPrefix: name,
        kubernetesVersion: args.kubernetesVersion,
        sku: { name: "Base", tier: args.tier ?? clusterDefaults.tier },
        // The Premium tier does not include long-term support by itself:
        // https://learn.microsoft.com/azure/aks/long-term-support
        supportPlan: args.tier === "Premium" ? "AKSLongTermSupport" : "KubernetesOfficial",
        identity: { type: "UserAssigned", userAssignedIdentities: [args.controlPlane.id] },
        identityProfile: {
          kubeletidentity: {
            resourceId: args.kubelet.id,
            clientId: args.kubelet.clientId,
            objectId: args.kubelet.objectId,
          },
        },
        agentPoolProfiles: [systemPoolProfile(args.systemPool, userPools.length === 0, args.nodeSubnetId)],
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          networkDataplane: "cilium",
          networkPolicy: "cilium",
          loadBalancerSku: "standard",
          outboundType: args.outboundType ?? clusterDefaults.outboundType,
          ...clusterRanges(args.ranges ?? {}),
        },
        apiServerAccessProfile: apiServerAccessProfile(args.apiServer ?? {}),
        enableRBAC: true,
        aadProfile: { managed: true, enableAzureRBAC: true },
        disableLocalAccounts: !localAccounts,
        oidcIssuerProfile: { enabled: true },
        securityProfile: {
          workloadIdentity: { enabled: true },
          imageCleaner: { enabled: true, intervalHours: 168 },
        },
        autoUpgradeProfile: autoUpgradeProfile(upgrades, args.kubernetesVersion),
        // Disabled features are stated explicitly: AKS keeps the current value of any property that a PUT omits.
        addonProfiles: {
          azurepolicy: { enabled: args.azurePolicy ?? clusterDefaults.azurePolicy },
          omsagent: logAgent(args.logWorkspaceId),
          ...secretsStoreAddOn(args.secretsStore),
        },
        azureMonitorProfile: { metrics: { enabled: args.managedPrometheus ?? clusterDefaults.managedPrometheus } },
        tags: args.tags,
      },
      {
        parent: this,
        ignoreChanges: autoscaled.systemPool(args.systemPool),
        // AKS cannot change these on an existing cluster. With this option the preview shows a replacement, not an
        // update that would fail.
        replaceOnChanges: ["agentPoolProfiles[0].vnetSubnetID", ...replacedFor(args.apiServer ?? {})],
        ...(args.deleteBeforeReplace && { deleteBeforeReplace: true }),
      },
    );
    this.clusterName = this.managedCluster.name;
    this.clusterId = this.managedCluster.id;
    const inCluster = { resourceGroupName: args.resourceGroupName, resourceName: this.clusterName };
    const added = pulumi
      .all([this.managedCluster.identityProfile, this.managedCluster.oidcIssuerProfile])
      .apply(([identityProfile, oidcIssuerProfile]) => ({ identityProfile, oidcIssuerProfile }));
    this.issuerUrl = unchangingProperties(added, inCluster, this).issuerUrl;
    // Only the cluster is protected: replacing a pool must not require unprotecting the whole cluster. AKS refuses to
    // delete a cluster's last pool, and deletes all pools with the cluster (pulumi-azure-native#1575).
    const withCluster = { parent: this, deletedWith: this.managedCluster, protect: false };

    // Pools change one at a time: AKS runs one operation per cluster and refuses a second one with 409.
    const { kubernetesVersion: orchestratorVersion, nodeSubnetId: vnetSubnetID, tags } = args;
    let last: pulumi.Resource | undefined;
    this.pools = userPools.map(([pool, poolArgs]) => {
      const shared = { ...inCluster, orchestratorVersion, vnetSubnetID, tags };
      return (last = userPool(`${name}-${pool}`, pool, poolArgs, shared, { ...withCluster, dependsOn: last }));
    });
    if (orchestratorVersion !== undefined)
      last = systemPoolVersion(name, orchestratorVersion, { ...inCluster, tags }, { ...withCluster, dependsOn: last });
    if (upgrades.maintenance !== undefined) keepToWindow(name, upgrades.maintenance, inCluster, last, withCluster);

    const signIn = { cluster: inCluster, clusterId: this.managedCluster.id, localAccounts };
    const kubelogin = args.kubelogin ?? clusterDefaults.kubelogin;
    ({ kubeconfig: this.kubeconfig, provider: this.provider } = clusterSignIn(name, { ...signIn, kubelogin }, this));
    this.registerOutputs({ clusterName: this.clusterName, clusterId: this.clusterId, kubeconfig: this.kubeconfig });
  }
}
