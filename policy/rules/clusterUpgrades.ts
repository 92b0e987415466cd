import { isAutomatic, isCluster } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const clusterUpgrades: ResourceRule = {
  on: "resources",
  id: "cluster-upgrades",
  title: "A cluster installs patches of Kubernetes and of its nodes automatically",
  reason:
    "a Kubernetes version loses support after a year, and only a new node image fixes vulnerabilities in the kernel of the nodes",
  fix: 'set autoUpgradeProfile.upgradeChannel, e.g. "patch", and nodeOSUpgradeChannel, e.g. "NodeImage"',
  reference: "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
  severity: "medium",
  level: "mandatory",
  types: isCluster,
  check: (cluster) => {
    // AKS Automatic upgrades automatically.
    const automatic = isAutomatic(cluster);
    const profile = step(cluster, "autoUpgradeProfile");
    return [
      ...judge(
        step(profile, "upgradeChannel"),
        (channel) =>
          (automatic && channel === undefined) || (typeof channel === "string" && channel.toLowerCase() !== "none"),
        (channel) => `Kubernetes is not upgraded: upgradeChannel is ${shown(channel)}`,
      ),
      ...judge(
        // AKS uses NodeImage if the property is omitted.
        step(profile, "nodeOSUpgradeChannel"),
        (channel) => channel === undefined || (typeof channel === "string" && channel.toLowerCase() !== "none"),
        (channel) => `the nodes' system is not upgraded: nodeOSUpgradeChannel is ${shown(channel)}`,
      ),
    ];
  },
};
