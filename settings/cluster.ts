/** Settings of the cluster: its version, its nodes, and who may sign in to it. */
import { clusterTiers, type NodePoolArgs } from "../components/cluster.ts";
import { kubeloginMethods } from "../components/kubeconfig.ts";
import { principalTypes, type PrincipalType } from "../components/roles.ts";
import { nodeSizeProblem, userPoolProblem, zonesProblem } from "../validate/nodePool.ts";
import { choice, flag, integer, list, map, optionalText, text } from "../validate/setting.ts";
import { firstProblem, range } from "./problems.ts";

export const clusterSettings = {
  kubernetesVersion: optionalText({
    description: 'Kubernetes version, e.g. "1.34"; patches follow by themselves. Default: Azure\'s current one.',
    problem: (value) =>
      /^1\.\d{2}(\.\d+)?$/.test(value)
        ? undefined
        : `"${value}" is not a Kubernetes version: write it in quotes with or without patch, e.g. "1.34"`,
  }),
  clusterTier: choice(clusterTiers, {
    default: "Free",
    description: "Free, Standard (with uptime SLA) or Premium (with long-term support).",
  }),
  nodeSize: text({
    default: "Standard_D2s_v5",
    description: "Virtual machine size of the system pool's nodes.",
    problem: nodeSizeProblem,
  }),
  nodeCount: integer({ default: 2, description: "Nodes in the system pool.", problem: range(1, 1000) }),
  nodeZones: list({
    default: [],
    description: "Availability zones of the system pool's nodes. Default: none.",
    problem: zonesProblem,
  }),
  userPools: map<NodePoolArgs>({
    default: {},
    description: 'Node pools for workloads, by name: {apps: {vmSize: Standard_D2s_v5, count: 2, zones: ["1"]}}.',
    problem: (pools) => firstProblem(Object.entries(pools), ([name, pool]) => userPoolProblem(name, pool)),
  }),
  localAccounts: flag({
    default: false,
    description: "A loosening: also accept the cluster's admin certificate, which bypasses Entra.",
  }),
  kubelogin: choice(kubeloginMethods, {
    default: "azurecli",
    description: "How the kubeconfig signs in with Entra: azurecli, workloadidentity, msi or spn.",
  }),
  clusterAdmins: map<PrincipalType>({
    default: {},
    description:
      "Who administers the cluster: type (User, Group, ServicePrincipal) by object id. Default: whoever runs the first update.",
    problem: (admins) =>
      firstProblem(Object.entries(admins), ([id, type]) =>
        !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
          ? `"${id}" is not an object id, which is a GUID (az ad signed-in-user show --query id; az ad group show --group NAME --query id)`
          : principalTypes.includes(type)
            ? undefined
            : `the type of "${id}" is ${JSON.stringify(type)}: use "User", "Group" or "ServicePrincipal"`,
      ),
  }),
};
