import { isCluster } from "../azure/azureTypes.ts";
import { judge, type Outcome } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { items, notKnown, shown, step } from "../propertyValues.ts";

export const clusterApiServer: ResourceRule = {
  on: "resources",
  id: "cluster-api-server",
  title: "A cluster's API server is not open to the whole internet",
  reason: "anyone with a stolen token or an exploit for Kubernetes can use it from anywhere",
  fix: "list the address ranges that may reach it (apiServerAccessProfile.authorizedIPRanges), or make the cluster private (enablePrivateCluster)",
  reference: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
  azurePolicy: "Authorized IP ranges should be defined on Kubernetes Services",
  severity: "high",
  level: "advisory",
  types: isCluster,
  check: (cluster): Outcome[] => {
    const access = step(cluster, "apiServerAccessProfile");
    const isPrivate = step(access, "enablePrivateCluster");
    if (isPrivate.value === true) return [];
    const ranges = step(access, "authorizedIPRanges");
    if (isPrivate.value === notKnown || ranges.value === notKnown) return [{ path: access.path, undecided: true }];
    const named = items(ranges);
    if (named.length === 0)
      return [
        { path: ranges.path, problem: "the cluster is public, and no address range limits access to its API server" },
      ];
    return named.flatMap((range) =>
      judge(
        range,
        (value) => typeof value === "string" && !isEverything(value),
        (value) => `the authorized range ${shown(value)} covers the whole internet`,
      ),
    );
  },
};

/**
 * Matches "0.0.0.0/0" and halves of it: two halves cover everything. 0.0.0.0/32 means "outbound addresses only" in
 * Azure.
 */
const isEverything = (range: string) => /\/[01]$/.test(range);
