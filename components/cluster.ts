import * as pulumi from "@pulumi/pulumi";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/index.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { nodeResourceGroup } from "./azure/derivedNames.ts";
import type { Identity } from "./identities.ts";
import { apiServerAccessProfile, type ApiServerArgs, apiServerFindings, replacedFor } from "./cluster/apiServer.ts";
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
import { systemPoolVersion } from "./cluster/systemPoolVersion.ts";
import { throwIfAny } from "./invalidArguments.ts";
import type { OutboundType } from "./network/outbound.ts";
import { autoUpgradeProfile, keepToWindow, type UpgradeArgs, upgradeFindings } from "./cluster/upgrades.ts";
import { unsupportedVersionProblem } from "@tarmac/validate/aksVersions";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { allPoolsProblem } from "@tarmac/validate/nodePool";
import { logWorkspaceProblem } from "@tarmac/validate/azureResourceId";

export const clusterTiers = ["Free", "Standard", "Premium"] as const;
export type ClusterTier = (typeof clusterTiers)[number];

/** Each default stands here and nowhere else: the settings of the stack take theirs from here. */
export const clusterDefaults = {
  tier: "Free",
  outboundType: "loadBalancer",
  azurePolicy: false,
  managedPrometheus: false,
  localAccounts: false,
  kubelogin: "azurecli",
} satisfies Partial<ClusterArgs>;

export interface ClusterArgs {
  /** Resource group that holds the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /** Identity the control plane manages Azure resources with. It needs Managed Identity Operator on the kubelet identity. */
  controlPlane: Pick<Identity, "id">;
  /** Identity the nodes pull images with. */
  kubelet: Identity;
  /**
   * Kubernetes version, e.g. "1.36" (patches follow by themselves). A newer one upgrades the control plane, then the pools, one after
   * the other. @default Azure's current default, which the channel "stable" then moves on
   */
  kubernetesVersion?: string;
  /** "Standard" buys an uptime SLA, "Premium" long-term support as well, which is then on. @default "Free" */
  tier?: ClusterTier;
  /** The pool that runs the cluster's own pods, and everything else while there are no user pools. */
  systemPool: NodePoolArgs;
  /** Pools for workloads, by name: 1 to 12 lower-case letters and digits, starting with a letter. */
  userPools?: Record<string, UserPoolArgs>;
  /** Resource id of the subnet of all nodes, on which the control plane needs Network Contributor. @default AKS makes a network */
  nodeSubnetId?: pulumi.Input<string>;
  /**
   * How the nodes reach the internet. Everything but "loadBalancer" and "managedNATGateway" is prepared in the nodes' subnet.
   * @default "loadBalancer"
   */
  outboundType?: OutboundType;
  /** Addresses of pods and Services. @default AKS's */
  ranges?: ClusterRangeArgs;
  /** From where the API server can be reached. @default from everywhere, by those who may sign in */
  apiServer?: ApiServerArgs;
  /** What versions follow, and when. */
  upgrades?: UpgradeArgs;
  /** Azure Policy's add-on, which holds what runs on the cluster to the policies of the subscription. @default false */
  azurePolicy?: boolean;
  /** Resource id of a Log Analytics workspace for logs of containers and nodes (Container insights). */
  logWorkspaceId?: string;
  /** Metrics for Azure Monitor's managed Prometheus. @default false */
  managedPrometheus?: boolean;
  /**
   * A loosening: a certificate that is nobody's and signs in as the cluster's admin, beside Entra. Needed where no Entra sign-in can happen.
   * @default false
   */
  localAccounts?: boolean;
  /** How the kubeconfig signs in with Entra. @default "azurecli" */
  kubelogin?: KubeloginMethod;
  /** Azure tags of the cluster and its pools. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An AKS cluster with the nodes' own pull identity, Entra sign-in, network policies that are enforced (Cilium) and
 * patches that arrive by themselves, with a kubeconfig and a Kubernetes provider for it.
 *
 * The system pool stands inside the cluster, since AKS makes none without; user pools are resources of their own, because
 * an edit of pools inside the cluster puts all of them into scaling (pulumi-azure-native#4264).
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Kubeconfig (YAML); a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** The pools for workloads, to wait for: while there are some, the system pool takes no other pods. */
  readonly pools: pulumi.Resource[];
  /** Issuer of the tokens that the cluster's ServiceAccounts sign in to Entra with. */
  readonly issuerUrl: pulumi.Output<string>;
  /** For the `deletedWith` option of what runs on the cluster: it needs no deletion of its own when the cluster goes. */
  readonly managedCluster: ManagedCluster;

  /** @throws pulumi.InputPropertyError for what AKS would refuse: names and sizes of pools, ranges, versions against their channel. */
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
        // The tier Premium alone buys no long-term support: https://learn.microsoft.com/azure/aks/long-term-support
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
        // What is off is said too: what a PUT leaves out, AKS leaves as it is.
        addonProfiles: {
          azurepolicy: { enabled: args.azurePolicy ?? clusterDefaults.azurePolicy },
          omsagent: logAgent(args.logWorkspaceId),
        },
        azureMonitorProfile: { metrics: { enabled: args.managedPrometheus ?? clusterDefaults.managedPrometheus } },
        tags: args.tags,
      },
      {
        parent: this,
        ignoreChanges: autoscaled.systemPool(args.systemPool),
        // AKS changes these of no cluster that is there: said here, a preview shows what it takes, not an update that will fail.
        replaceOnChanges: ["agentPoolProfiles[0].vnetSubnetID", ...replacedFor(args.apiServer ?? {})],
      },
    );
    this.clusterName = this.managedCluster.name;
    this.issuerUrl = this.managedCluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
    const inCluster = { resourceGroupName: args.resourceGroupName, resourceName: this.clusterName };
    // Only the cluster itself is worth protecting: a pool must be replaceable without opening all to deletion.
    // AKS refuses to delete a cluster's last pool, and deletes all of them with the cluster (pulumi-azure-native#1575).
    const withCluster = { parent: this, deletedWith: this.managedCluster, protect: false };

    // One after the other: AKS runs one operation on a cluster at a time, and refuses a second one with 409.
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
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
