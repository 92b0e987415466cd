import * as pulumi from "@pulumi/pulumi";
import {
  AgentPool,
  listManagedClusterAdminCredentialsOutput,
  listManagedClusterUserCredentialsOutput,
  ManagedCluster,
} from "@pulumi/azure-native/containerservice/index.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { nodeResourceGroup } from "./derivedNames.ts";
import type { Identity } from "./identities.ts";
import { type KubeloginMethod, withKubelogin } from "./kubeconfig.ts";
import { refuseUnless } from "./refusal.ts";
import { systemPoolName, userPoolNameProblem } from "../validate/nodePool.ts";

export const clusterTiers = ["Free", "Standard", "Premium"] as const;
export type ClusterTier = (typeof clusterTiers)[number];

/** A set of equal nodes. */
export interface NodePoolArgs {
  /** Virtual machine size, e.g. "Standard_D2s_v5". */
  vmSize: string;
  /** Number of nodes. */
  count: number;
  /** Availability zones, e.g. ["1", "2", "3"]. Default: none. */
  zones?: string[];
}

export interface ClusterArgs {
  /** Resource group that holds the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". Default: the resource group's. */
  location?: pulumi.Input<string>;
  /** Identity the control plane manages Azure resources with. It needs Managed Identity Operator on the kubelet identity. */
  controlPlane: Pick<Identity, "id">;
  /** Identity the nodes pull images with. */
  kubelet: Identity;
  /** Kubernetes version, e.g. "1.34" (patches follow by themselves). Default: Azure's current default. */
  kubernetesVersion?: string;
  /** "Standard" buys an uptime SLA, "Premium" long-term support as well. @default "Free" */
  tier?: ClusterTier;
  /** The pool that runs the cluster's own pods, and everything else while there are no user pools. */
  systemPool: NodePoolArgs;
  /** Pools for workloads, by name: 1 to 12 lower-case letters and digits, starting with a letter. */
  userPools?: Record<string, NodePoolArgs>;
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
 */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  /** Kubeconfig (YAML); a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** For the `deletedWith` option of what runs on the cluster: it needs no deletion of its own when the cluster goes. */
  readonly managedCluster: ManagedCluster;

  /** @throws pulumi.InputPropertyError when a pool has a name that AKS refuses. */
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const userPools = Object.entries(args.userPools ?? {});
    refuseUnless(userPools.map(([pool]) => [`userPools["${pool}"]`, userPoolNameProblem(pool)] as const));
    super("tarmac:azure:Cluster", name, {}, opts);
    const localAccounts = args.localAccounts ?? false;

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
        sku: { name: "Base", tier: args.tier ?? "Free" },
        identity: { type: "UserAssigned", userAssignedIdentities: [args.controlPlane.id] },
        identityProfile: {
          kubeletidentity: {
            resourceId: args.kubelet.id,
            clientId: args.kubelet.clientId,
            objectId: args.kubelet.objectId,
          },
        },
        agentPoolProfiles: [
          {
            ...poolProperties(args.systemPool),
            name: systemPoolName,
            mode: "System",
            // With pools of their own, workloads stay off the nodes that run the cluster's DNS.
            ...(userPools.length > 0 ? { nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] } : {}),
          },
        ],
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          networkDataplane: "cilium",
          networkPolicy: "cilium",
          loadBalancerSku: "standard",
        },
        enableRBAC: true,
        aadProfile: { managed: true, enableAzureRBAC: true },
        disableLocalAccounts: !localAccounts,
        oidcIssuerProfile: { enabled: true },
        securityProfile: {
          workloadIdentity: { enabled: true },
          imageCleaner: { enabled: true, intervalHours: 168 },
        },
        autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
        tags: args.tags,
      },
      { parent: this },
    );
    this.clusterName = this.managedCluster.name;

    for (const [pool, poolArgs] of userPools) {
      new AgentPool(
        `${name}-${pool}`,
        {
          ...poolProperties(poolArgs),
          resourceGroupName: args.resourceGroupName,
          resourceName: this.clusterName,
          agentPoolName: pool,
          mode: "User",
          tags: args.tags,
        },
        // Only the cluster itself is worth protecting: a pool must be replaceable without opening all to deletion.
        // AKS refuses to delete a cluster's last pool, and deletes all of them with the cluster (pulumi-azure-native#1575).
        { parent: this, deletedWith: this.managedCluster, protect: false },
      );
    }

    const query = { resourceGroupName: args.resourceGroupName, resourceName: this.clusterName };
    const credentials = localAccounts
      ? listManagedClusterAdminCredentialsOutput(query, { parent: this })
      : listManagedClusterUserCredentialsOutput({ ...query, format: "exec" }, { parent: this });
    this.kubeconfig = pulumi.secret(
      credentials.apply(({ kubeconfigs }) => {
        const encoded = kubeconfigs[0]?.value;
        if (encoded === undefined) throw new Error(`Azure returned no credential for the cluster of "${name}"`);
        const kubeconfig = Buffer.from(encoded, "base64").toString("utf8");
        return localAccounts ? kubeconfig : withKubelogin(kubeconfig, args.kubelogin ?? "azurecli");
      }),
    );
    this.provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        // A new kubeconfig of the same cluster must not replace everything on it (pulumi-kubernetes#1148, #2745).
        clusterIdentifier: this.managedCluster.id,
      },
      { parent: this, protect: false },
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}

/** What the system pool, inside the cluster, and user pools, beside it, have in common. */
function poolProperties(pool: NodePoolArgs) {
  return {
    vmSize: pool.vmSize,
    count: pool.count,
    availabilityZones: pool.zones?.length === 0 ? undefined : pool.zones,
    osType: "Linux",
    osSKU: "AzureLinux",
    type: "VirtualMachineScaleSets",
    upgradeSettings: { maxSurge: "33%" },
  };
}
