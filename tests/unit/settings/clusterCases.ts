/** Accepted and rejected values of the settings of the cluster, with the messages. */
import { guid, list, map, type SettingCases } from "./settingCases.ts";

const shape =
  'use {vmSize: "Standard_D2s_v5", count: 2} or {vmSize: ..., minCount: 1, maxCount: 5}, and optionally ' +
  'zones: ["1", "2"], spot: true, labels: {key: "value"}, taints: ["key=value:NoSchedule"], maxPods: 110, osDiskSizeGB: 128';
const size = "set count for a fixed size, or minCount and maxCount for the autoscaler";
const days = '"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"';
const kubeconfig = JSON.stringify({
  clusters: [{ name: "aks", cluster: { server: "https://aks.example" } }],
  users: [{ name: "me", user: { token: "t" } }],
  contexts: [{ name: "prod", context: { cluster: "aks", user: "me" } }],
});
const withCurrent = JSON.stringify({ ...(JSON.parse(kubeconfig) as object), "current-context": "prod" });
const inAutomatic = 'has no effect with clusterMode "automatic"';
const customNetwork = "https://learn.microsoft.com/azure/aks/automatic/quick-automatic-custom-network";
const network =
  "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/net";
const own =
  "applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two";
const existing = { kubeContext: "prod", kubeconfig };
const objectId =
  "is not an object id: use the GUID that this command prints: az ad signed-in-user show --query id, or az ad group show --group NAME --query id";
const version = 'is not a Kubernetes version: use "1.MINOR" or "1.MINOR.PATCH" in quotes, e.g. "1.36"';

export const clusterCases: SettingCases = {
  accepted: [
    ["kubernetesVersion", "1.36", "1.36"],
    ["clusterMode", "automatic", "automatic"],
    ["localDns", "cilium", "cilium"],
    ["clusterTier", "Standard", "Standard"],
    ["nodeSize", "Standard_B2ms", "Standard_B2ms"],
    ["nodeCount", "190", 190],
    ["grantSeconds", "0", 0],
    ["nodeDiskSizeGB", "64", 64],
    ["nodeZones", '["1","2"]', ["1", "2"]],
    [
      "userPools",
      '{"apps":{"vmSize":"Standard_D2s_v5","count":2},"later":{"vmSize":"Standard_D2s_v5","count":0}}',
      { apps: { vmSize: "Standard_D2s_v5", count: 2 }, later: { vmSize: "Standard_D2s_v5", count: 0 } },
    ],
    ["kubeconfig", withCurrent, withCurrent],
    ["nodeMaxCount", "5", 5],
    ["upgradeChannel", "rapid", "rapid"],
    ["nodeUpgradeChannel", "SecurityPatch", "SecurityPatch"],
    ["maintenanceDay", "Sunday", "Sunday"],
    ["maintenanceStart", "23:30", "23:30"],
    ["maintenanceHours", "24", 24],
    ["maintenanceUtcOffset", "-07:30", "-07:30"],
    ["azurePolicy", "true", true],
    ["localAccounts", "true", true],
    ["kubelogin", "workloadidentity", "workloadidentity"],
    ["clusterAdmins", `{"${guid}":"Group"}`, { [guid]: "Group" }],
  ],
  beside: {
    localDns: existing,
    maintenanceStart: { maintenanceDay: "Sunday" },
    maintenanceHours: { maintenanceDay: "Sunday" },
    maintenanceUtcOffset: { maintenanceDay: "Sunday" },
  },
  refused: [
    ["kubernetesVersion", "1.4", `"1.4" ${version}`],
    ["kubernetesVersion", "v1.36", `"v1.36" ${version}`],
    ["kubernetesVersion", "latest", `"latest" ${version}`],
    ["localDns", "all", '"all" is not one of "none", "cilium", "calico"'],
    ["clusterMode", "auto", '"auto" is not one of "standard", "automatic"'],
    ["clusterTier", "Paid", '"Paid" is not one of "Free", "Standard", "Premium"'],
    [
      "nodeSize",
      "D2s_v5",
      '"D2s_v5" is not a virtual machine size: did you mean "Standard_D2s_v5"? Otherwise list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    [
      "nodeSize",
      "Standard_DS1_v2",
      '"Standard_DS1_v2" has 1 vCPU and 3.5 GiB, and AKS requires at least 2 vCPUs and 4 GiB for the system pool (SystemPoolSkuTooLow): use e.g. "Standard_D2s_v5"',
    ],
    [
      "nodeSize",
      "Standard_A2",
      '"Standard_A2" is of the series A (first generation), which Azure retired on 2024-08-31: use a current size, e.g. "Standard_D2s_v5"',
    ],
    [
      "nodeSize",
      "Standard_Dpds_v5",
      '"Standard_Dpds_v5" is a series and not a size: add the number of vCPUs, e.g. "Standard_D2pds_v5"; list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    ["nodeCount", "0", "0 is out of range: use a whole number from 1 to 1000"],
    ["nodeCount", "two", '"two" is not a whole number'],
    ["nodeCount", "2.5", '"2.5" is not a whole number'],
    ["nodeDiskSizeGB", "29", "29 is out of range: use a whole number from 30 to 2048"],
    ["grantSeconds", "601", "601 is out of range: use a whole number from 0 to 600"],
    ["nodeMaxCount", "1001", "1001 is out of range: use a whole number from 0 to 1000"],
    ["upgradeChannel", "minor", '"minor" is not one of "none", "patch", "stable", "rapid", "node-image"'],
    [
      "nodeUpgradeChannel",
      "nodeimage",
      '"nodeimage" is not one of "None", "Unmanaged", "SecurityPatch", "NodeImage"; did you mean "NodeImage"?',
    ],
    ["maintenanceDay", "Sun", `"Sun" is not one of ${days}`],
    ["maintenanceDay", "sunday", `"sunday" is not one of ${days}; did you mean "Sunday"?`],
    ["maintenanceStart", "24:00", '"24:00" is not a time of day: use HH:MM in quotes, e.g. "02:00"'],
    ["maintenanceHours", "3", "3 is out of range: use a whole number from 4 to 24"],
    ["maintenanceUtcOffset", "+14:30", '"+14:30" is not a UTC offset: use +HH:MM or -HH:MM in quotes, e.g. "+01:00"'],
    [
      "nodeSize",
      "Standard_D3s_v5",
      '"Standard_D3s_v5" does not exist: no size of that series has 3 vCPUs; use e.g. "Standard_D4s_v5"; list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    [
      "nodeSize",
      "Standard_D2s",
      '"Standard_D2s" has no version, and the series has several: use e.g. "Standard_D2s_v5"; list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    ["maintenanceUtcOffset", "1", '"1" is not a UTC offset: use +HH:MM or -HH:MM in quotes, e.g. "+01:00"'],
    ["azurePolicy", "on", '"on" is not a boolean: use "true" or "false"'],
    [
      "kubeconfig",
      "~/.kube/config",
      "the value is not a kubeconfig: use the content of the file (YAML with clusters, users, and contexts), not its path",
    ],
    [
      "kubeletObjectId",
      "kubelet",
      '"kubelet" is not an object id: use the GUID that this command prints: az aks show -g GROUP -n CLUSTER --query identityProfile.kubeletidentity.objectId',
    ],
    ["nodeZones", '["4"]', '"4" is not a zone: use "1", "2", or "3"'],
    ["nodeZones", "[1]", "1 is not a string: put it in quotes, or add --type string to pulumi config set --path"],
    ["nodeZones", "1,2", `"1,2" ${list}`],
    ["userPools", "apps", `"apps" ${map}`],
    [
      "userPools",
      '{"my-pool":{"vmSize":"Standard_D2s_v5","count":1}}',
      '"my-pool" is not a node pool name: use 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"',
    ],
    [
      "userPools",
      '{"system":{"vmSize":"Standard_D2s_v5","count":1}}',
      '"system" is the name of the system pool: use another name, e.g. "apps"',
    ],
    ["userPools", '{"apps":null}', `pool "apps" is not a map: ${shape}`],
    ["userPools", '{"apps":{"count":1}}', `pool "apps" has no vmSize: ${shape}`],
    ["userPools", '{"apps":{"vmSize":"Standard_D2s_v5"}}', `pool "apps": it has no count: ${size}`],
    [
      "userPools",
      '{"apps":{"vmSize":"Standard_D2s_v5","count":-1}}',
      'pool "apps": count -1 is out of range: use a whole number from 0 to 1000',
    ],
    [
      "userPools",
      '{"apps":{"vmSize":"Standard_D2s_v5","count":1,"zones":["4"]}}',
      'zones of pool "apps": "4" is not a zone: use "1", "2", or "3"',
    ],
    ["localAccounts", "1", '"1" is not a boolean: use "true" or "false"'],
    ["kubelogin", "devicecode", '"devicecode" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
    ["kubelogin", "azcli", '"azcli" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
    ["clusterAdmins", '{"me@example.com":"User"}', `"me@example.com" ${objectId}`],
    [
      "clusterAdmins",
      `{"${guid}":"Person"}`,
      `the type of "${guid}" is "Person": use "User", "Group", or "ServicePrincipal"`,
    ],
    ["clusterAdmins", `["${guid}"]`, `"["${guid}"]" ${map}`],
  ],
  together: [
    [
      "AKS Automatic, with settings that AKS decides",
      {
        ...{ clusterMode: "automatic", location: "westus", nodeSize: "Standard_D4s_v5", nodeCount: "3" },
        ...{
          nodeDiskSizeGB: "64",
          nodeMaxCount: "5",
          nodeZones: '["1"]',
          userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":1}}',
        },
        ...{ clusterTier: "Premium", kubernetesVersion: "1.36", upgradeChannel: "patch", nodeUpgradeChannel: "None" },
        ...{ localAccounts: "true", privateCluster: "true", systemNodeRange: "10.224.18.0/26" },
        ...{ sleepAt: "19:00", wakeAt: "Mon-Fri 07:00", sleepTimeZone: "Europe/Berlin" },
      },
      [
        'tarmac:location: AKS Automatic is not available in westus: use another region, e.g. swedencentral, or the clusterMode "standard"',
        ...["nodeSize", "nodeCount", "nodeMaxCount", "nodeZones", "nodeDiskSizeGB"].map(
          (key) =>
            `tarmac:${key}: ${inAutomatic}: AKS keeps the system nodes, in three zones: remove this; AKS adds nodes for the service according to cpuRequest and memoryRequest of its pods`,
        ),
        `tarmac:userPools: ${inAutomatic}: AKS creates nodes by what pods request (node auto-provisioning): remove this; a NodePool on the cluster limits sizes, and spot nodes are a NodePool too (https://learn.microsoft.com/azure/aks/node-auto-provisioning-node-pools)`,
        `tarmac:clusterTier: ${inAutomatic}: AKS has the tier "Standard" only: remove this`,
        `tarmac:kubernetesVersion: ${inAutomatic}: AKS upgrades Kubernetes itself (channel stable): remove this; maintenanceDay sets the day`,
        `tarmac:upgradeChannel: ${inAutomatic}: AKS accepts the channel "stable" only: remove this; maintenanceDay sets the day`,
        `tarmac:nodeUpgradeChannel: ${inAutomatic}: AKS accepts the channel "NodeImage" only: remove this; maintenanceDay sets the day`,
        `tarmac:localAccounts: ${inAutomatic}: AKS has no local accounts: remove this, and set kubelogin to the available sign-in`,
        ...["sleepAt", "wakeAt", "sleepTimeZone"].map(
          (key) => `tarmac:${key}: ${inAutomatic}: AKS stops no cluster with node auto-provisioning: remove this`,
        ),
        'tarmac:privateCluster: in clusterMode "automatic" nothing reaches a private API server in a network that AKS creates, because AKS locks that network: set ownNetwork to true, or nodeSubnetId',
        "tarmac:systemNodeRange: has no effect without ownNetwork: set ownNetwork to true, or remove this",
      ],
    ],
    [
      "AKS Automatic in an existing network without two of its three subnets",
      { clusterMode: "automatic", nodeSubnetId: `${network}/subnets/nodes` },
      [
        `tarmac:apiServerSubnetId: is required with nodeSubnetId in clusterMode "automatic": the resource id of a subnet that is delegated to Microsoft.ContainerService/managedClusters in the same network (${customNetwork})`,
        `tarmac:systemNodeSubnetId: is required with nodeSubnetId in clusterMode "automatic": the resource id of a second subnet, for AKS's own nodes, in the same network (${customNetwork})`,
      ],
    ],
    [
      "AKS Automatic, and pods that its safeguards would change, deny or leave without a node",
      {
        ...{ clusterMode: "automatic", cpuRequest: "50m", memoryRequest: "64Mi", cpuLimit: "90m", memoryLimit: "96Mi" },
        ...{
          labels: '{"kubernetes.azure.com/team":"a"}',
          nodeSelector: '{"agentpool":"apps"}',
          platform: "linux/arm64",
        },
      },
      [
        ...[
          ["cpuRequest", "50m", "100m"],
          ["memoryRequest", "64Mi", "100Mi"],
          ["cpuLimit", "90m", "100m"],
          ["memoryLimit", "96Mi", "100Mi"],
        ].map(
          ([key, value, least]) =>
            `tarmac:${key}: "${value}" is less than the deployment safeguards of AKS Automatic allow, which would raise it after each update: use at least "${least}"`,
        ),
        "tarmac:labels: kubernetes.azure.com/team: the deployment safeguards of AKS Automatic reserve kubernetes.azure.com: use another label",
        'tarmac:nodeSelector: agentpool names a node pool, and AKS Automatic has none with a name of yours: select nodes by a label of Karpenter, e.g. {"karpenter.azure.com/sku-family":"D"}',
        'tarmac:platform: AKS Automatic creates nodes with x86 processors unless the pods ask for others, so the image would fail with "exec format error": use "linux/amd64", or a NodePool with arm64 and nodeSelector {"kubernetes.io/arch":"arm64"}',
      ],
    ],
    [
      "settings of AKS Automatic in the other mode",
      { ownNetwork: "true", systemNodeRange: "10.224.18.0/26" },
      ['tarmac:systemNodeRange: applies only to AKS Automatic: set clusterMode to "automatic", or remove this'],
    ],
    [
      "a schedule that never stops the cluster",
      { wakeAt: "Mon-Fri 07:00", sleepTimeZone: "Europe/Berlin" },
      ["wakeAt", "sleepTimeZone"].map(
        (key) => `tarmac:${key}: has no effect without sleepAt: set sleepAt, e.g. to "19:00", or remove this`,
      ),
    ],
    [
      "a schedule for an existing cluster",
      { ...existing, sleepAt: "19:00", wakeAt: "Mon-Fri 07:00" },
      ["sleepAt", "wakeAt"].map(
        (key) =>
          `tarmac:${key}: applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two`,
      ),
    ],
    [
      "ranges of a network that AKS Automatic creates",
      { clusterMode: "automatic", apiServerRange: "10.225.0.0/28", networkRange: "10.225.0.0/16" },
      ["networkRange", "apiServerRange"].map(
        (key) => `tarmac:${key}: has no effect without ownNetwork: set ownNetwork to true, or remove this`,
      ),
    ],
    [
      "settings without an effect",
      { maintenanceStart: "03:00", networkRange: "10.225.0.0/16", apiServerRange: "10.225.0.0/28" },
      [
        "tarmac:networkRange: has no effect without ownNetwork: set ownNetwork to true, or remove this",
        "tarmac:apiServerRange: has no effect without apiServerInNetwork: set apiServerInNetwork to true, or remove this",
        'tarmac:maintenanceStart: has no effect without maintenanceDay: set maintenanceDay, e.g. to "Sunday", or remove this',
      ],
    ],
    [
      "a window for upgrades that never run",
      { maintenanceDay: "Sunday", upgradeChannel: "none", nodeUpgradeChannel: "None" },
      [
        "tarmac:maintenanceDay: has no effect, because no upgrade is automatic: set upgradeChannel or nodeUpgradeChannel, or remove this",
      ],
    ],
    [
      "an unused sign-in method",
      { localAccounts: "true", kubelogin: "spn" },
      [
        "tarmac:kubelogin: has no effect with localAccounts, because the kubeconfig then has the admin certificate: set localAccounts to false, or remove this",
      ],
    ],
    [
      "a kubelet identity for a registry without identities",
      { ...existing, kubeletObjectId: guid, registryServer: "registry.example.com" },
      [
        "tarmac:kubeletObjectId: has no effect with registryServer, because only an Azure registry grants rights to identities: remove it",
      ],
    ],
    [
      "a version that its channel does not keep: another patch",
      { kubernetesVersion: "1.36.10" },
      [
        'tarmac:kubernetesVersion: the channel "patch" upgrades the cluster to new patches, so "1.36.10" would soon be a downgrade: use "1.36", or use the channel "none"',
      ],
    ],
    [
      "a version that its channel does not keep: another minor version",
      { kubernetesVersion: "1.36", upgradeChannel: "stable" },
      [
        'tarmac:kubernetesVersion: the channel "stable" upgrades the cluster to new minor versions, so "1.36" would soon be a downgrade: remove the version, or use the channel "patch"',
      ],
    ],
    [
      "two channels for the nodes' images",
      { upgradeChannel: "node-image", nodeUpgradeChannel: "SecurityPatch" },
      [
        'tarmac:nodeUpgradeChannel: "SecurityPatch" conflicts with the cluster\'s channel "node-image", which already installs new node images: use "NodeImage", or the channel "none"',
      ],
    ],
    [
      "an autoscaler's minimum above its maximum",
      { nodeCount: "3", nodeMaxCount: "2" },
      ["tarmac:nodeMaxCount: 2 is less than nodeCount 3: use a larger number, or 0 for no autoscaler"],
    ],
    [
      "the kubelet identity of a cluster that is created by the stack",
      { kubeletObjectId: guid, localDns: "cilium" },
      ["kubeletObjectId", "localDns"].map(
        (key) => `tarmac:${key}: applies only to an existing cluster: set kubeContext, or remove this`,
      ),
    ],
    [
      "a context that does not exist",
      { ...existing, kubeContext: "prd" },
      ['tarmac:kubeContext: "prd" is not a context of the kubeconfig; it has "prod"; did you mean "prod"?'],
    ],
    [
      "no context at all",
      { kubeconfig },
      ['tarmac:kubeconfig: the kubeconfig has no current context; it has "prod": set kubeContext'],
    ],
    [
      "an existing cluster, and settings of a new one",
      { ...existing, nodeCount: "3", ownNetwork: "true" },
      [`tarmac:ownNetwork: ${own}`, `tarmac:nodeCount: ${own}`],
    ],
  ],
};
