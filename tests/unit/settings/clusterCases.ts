/** Values of the settings of the cluster: which are taken, which are refused, and what is then said. */
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
const own =
  "applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two";
const existing = { kubeContext: "prod", kubeconfig };
const objectId =
  "is not an object id: use the GUID that this command prints: az ad signed-in-user show --query id, or az ad group show --group NAME --query id";
const version = 'is not a Kubernetes version: use "1.MINOR" or "1.MINOR.PATCH" in quotes, e.g. "1.36"';

export const clusterCases: SettingCases = {
  accepted: [
    ["kubernetesVersion", "1.36", "1.36"],
    ["clusterTier", "Standard", "Standard"],
    ["nodeSize", "Standard_B2ms", "Standard_B2ms"],
    ["nodeCount", "190", 190],
    ["grantSeconds", "0", 0],
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
    maintenanceStart: { maintenanceDay: "Sunday" },
    maintenanceHours: { maintenanceDay: "Sunday" },
    maintenanceUtcOffset: { maintenanceDay: "Sunday" },
  },
  refused: [
    ["kubernetesVersion", "1.4", `"1.4" ${version}`],
    ["kubernetesVersion", "v1.36", `"v1.36" ${version}`],
    ["kubernetesVersion", "latest", `"latest" ${version}`],
    ["clusterTier", "Paid", '"Paid" is not one of "Free", "Standard", "Premium"'],
    [
      "nodeSize",
      "D2s_v5",
      '"D2s_v5" is not a virtual machine size: did you mean "Standard_D2s_v5"? Otherwise list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    [
      "nodeSize",
      "Standard_DS1_v2",
      '"Standard_DS1_v2" has 1 vCPU and 3.5 GiB, and AKS allows no node with fewer than 2 vCPUs or 2 GiB: use e.g. "Standard_D2s_v5"',
    ],
    [
      "nodeSize",
      "Standard_A2",
      '"Standard_A2" has 2 vCPUs and 3.5 GiB, and AKS wants 2 vCPUs and 4 GiB for the system pool (SystemPoolSkuTooLow): use e.g. "Standard_D2s_v5"',
    ],
    [
      "nodeSize",
      "Standard_Dpds_v5",
      '"Standard_Dpds_v5" is a series and not a size: add the number of vCPUs, e.g. "Standard_D2pds_v5"; list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    ["nodeCount", "0", "0 is out of range: use a whole number from 1 to 1000"],
    ["nodeCount", "two", '"two" is not a whole number'],
    ["nodeCount", "2.5", '"2.5" is not a whole number'],
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
      "what has no effect",
      { maintenanceStart: "03:00", networkRange: "10.225.0.0/16", apiServerRange: "10.225.0.0/28" },
      [
        "tarmac:networkRange: has no effect without ownNetwork: set ownNetwork to true, or remove this",
        "tarmac:apiServerRange: has no effect without apiServerInNetwork: set apiServerInNetwork to true, or remove this",
        'tarmac:maintenanceStart: has no effect without maintenanceDay: set maintenanceDay, e.g. to "Sunday", or remove this',
      ],
    ],
    [
      "a window for upgrades that never come",
      { maintenanceDay: "Sunday", upgradeChannel: "none", nodeUpgradeChannel: "None" },
      [
        "tarmac:maintenanceDay: has no effect, because no upgrade is automatic: set upgradeChannel or nodeUpgradeChannel, or remove this",
      ],
    ],
    [
      "a way to sign in that is not used",
      { localAccounts: "true", kubelogin: "spn" },
      [
        "tarmac:kubelogin: has no effect with localAccounts, because the kubeconfig then has the admin certificate: set localAccounts to false, or remove this",
      ],
    ],
    [
      "a kubelet's identity for a registry without identities",
      { ...existing, kubeletObjectId: guid, registryServer: "registry.example.com" },
      [
        "tarmac:kubeletObjectId: has no effect with registryServer, because only an Azure registry grants rights to identities: remove it",
      ],
    ],
    [
      "a version that its channel leaves behind by a patch",
      { kubernetesVersion: "1.36.10" },
      [
        'tarmac:kubernetesVersion: the channel "patch" upgrades the cluster to new patches, so "1.36.10" would soon be a downgrade: use "1.36", or use the channel "none"',
      ],
    ],
    [
      "a version that its channel leaves behind altogether",
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
      "an autoscaler's bounds the wrong way round",
      { nodeCount: "3", nodeMaxCount: "2" },
      ["tarmac:nodeMaxCount: 2 is less than nodeCount 3: use a larger number, or 0 for no autoscaler"],
    ],
    [
      "the kubelet's identity of a cluster that is still to be made",
      { kubeletObjectId: guid },
      ["tarmac:kubeletObjectId: applies only to an existing cluster: set kubeContext, or remove this"],
    ],
    [
      "a context that is not there",
      { ...existing, kubeContext: "prd" },
      ['tarmac:kubeContext: "prd" is not a context of the kubeconfig; it has "prod"; did you mean "prod"?'],
    ],
    [
      "no context at all",
      { kubeconfig },
      ['tarmac:kubeconfig: the kubeconfig has no current context; it has "prod": set kubeContext'],
    ],
    [
      "a cluster that is there, and settings of one that is made",
      { ...existing, nodeCount: "3", ownNetwork: "true" },
      [`tarmac:ownNetwork: ${own}`, `tarmac:nodeCount: ${own}`],
    ],
  ],
};
