/** Values of the settings of the cluster: which are taken, which are refused, and what is then said. */
import { guid, list, map, type SettingCases } from "./cases.ts";

const shape = 'write {vmSize: "Standard_D2s_v5", count: 2} and, if wanted, zones: ["1", "2"]';
const objectId =
  "is not an object id, which is a GUID (az ad signed-in-user show --query id; az ad group show --group NAME --query id)";
const version = 'is not a Kubernetes version: write it in quotes with or without patch, e.g. "1.34"';

export const clusterCases: SettingCases = {
  accepted: [
    ["kubernetesVersion", "1.34", "1.34"],
    ["kubernetesVersion", "1.34.10", "1.34.10"],
    ["clusterTier", "Standard", "Standard"],
    ["nodeSize", "Standard_B2ms", "Standard_B2ms"],
    ["nodeCount", "1000", 1000],
    ["nodeZones", '["1","2"]', ["1", "2"]],
    ["userPools", '{"apps":{"vmSize":"Standard_D2s_v5","count":0}}', { apps: { vmSize: "Standard_D2s_v5", count: 0 } }],
    ["localAccounts", "true", true],
    ["kubelogin", "workloadidentity", "workloadidentity"],
    ["clusterAdmins", `{"${guid}":"Group"}`, { [guid]: "Group" }],
  ],
  refused: [
    ["kubernetesVersion", "1.4", `"1.4" ${version}`],
    ["kubernetesVersion", "v1.34", `"v1.34" ${version}`],
    ["kubernetesVersion", "latest", `"latest" ${version}`],
    ["clusterTier", "Paid", '"Paid" is not one of "Free", "Standard", "Premium"'],
    [
      "nodeSize",
      "D2s_v5",
      '"D2s_v5" is not a virtual machine size: e.g. "Standard_D2s_v5" (az vm list-sizes -l LOCATION -o table)',
    ],
    ["nodeCount", "0", "0 is out of range: use a whole number from 1 to 1000"],
    ["nodeCount", "two", '"two" is not a whole number'],
    ["nodeCount", "2.5", '"2.5" is not a whole number'],
    ["nodeZones", '["4"]', '"4" is not a zone: use "1", "2" and "3"'],
    ["nodeZones", "[1]", `"[1]" ${list}`],
    ["nodeZones", "1,2", `"1,2" ${list}`],
    ["userPools", "apps", `"apps" ${map}`],
    [
      "userPools",
      '{"my-pool":{"vmSize":"Standard_D2s_v5","count":1}}',
      '"my-pool" is not a node pool name: AKS takes 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"',
    ],
    [
      "userPools",
      '{"system":{"vmSize":"Standard_D2s_v5","count":1}}',
      '"system" is the cluster\'s own pool: use another name, e.g. "apps"',
    ],
    ["userPools", '{"apps":null}', `pool "apps" is not a map: ${shape}`],
    ["userPools", '{"apps":{"count":1}}', `pool "apps" has no vmSize: ${shape}`],
    ["userPools", '{"apps":{"vmSize":"Standard_D2s_v5"}}', `pool "apps" has no count: ${shape}`],
    [
      "userPools",
      '{"apps":{"vmSize":"Standard_D2s_v5","count":-1}}',
      'count of pool "apps": -1 is out of range: use a whole number from 0 to 1000',
    ],
    [
      "userPools",
      '{"apps":{"vmSize":"Standard_D2s_v5","count":1,"zones":["4"]}}',
      'zones of pool "apps": "4" is not a zone: use "1", "2" and "3"',
    ],
    ["localAccounts", "1", '"1" is not a boolean: use "true" or "false"'],
    ["kubelogin", "devicecode", '"devicecode" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
    ["kubelogin", "azcli", '"azcli" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
    ["clusterAdmins", '{"me@example.com":"User"}', `"me@example.com" ${objectId}`],
    [
      "clusterAdmins",
      `{"${guid}":"Person"}`,
      `the type of "${guid}" is "Person": use "User", "Group" or "ServicePrincipal"`,
    ],
    ["clusterAdmins", `["${guid}"]`, `"["${guid}"]" ${map}`],
  ],
  together: [],
};
