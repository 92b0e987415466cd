/**
 * Checks whether the subscription may have another cluster in the region.
 * https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
import { ok, type PreflightCheck, problem, unknown } from "../preflightCheck.ts";

export const clusterQuota: PreflightCheck = {
  name: "cluster-quota",
  about: "The region's quota of managed clusters has room for the stack's cluster, unless that exists already.",
  applies: ({ ownCluster }) => ownCluster,
  async run({ location }, { azure, subscription, existing }) {
    if ((await existing()).cluster !== undefined) return [ok("the cluster of this stack exists already")];
    const scope = `${subscription}/providers/Microsoft.ContainerService/locations/${location}`;
    const list = <T>(kind: string) => azure.list<Named<T>>(`${scope}/providers/Microsoft.Quota/${kind}`, "2025-03-01");
    const [quotas, usages] = await Promise.all([
      list<{ limit?: { value?: number } }>("quotas"),
      list<{ usages?: { value?: number } }>("usages"),
    ]);
    const quota = quotas.find(isOfClusters);
    const limit = quota?.properties.limit?.value;
    const used = usages.find(isOfClusters)?.properties.usages?.value;
    if (quota === undefined || limit === undefined || used === undefined)
      return [
        unknown(
          `Azure names no quota of clusters in ${location}`,
          `see https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas`,
        ),
      ];
    if (used < limit) return [ok(`${used} of ${limit} clusters in ${location}`)];
    return [
      problem(
        `${location} has ${used} of ${limit} clusters: no room for one more`,
        `az quota update --resource-name ${quota.name} --scope ${scope} --limit-object value=${used + 1} (az extension add --name quota), or delete a cluster: az aks list --output table`,
      ),
    ];
  },
};

interface Named<T> {
  name: string;
  properties: T;
}

/** This provider's only quota is for clusters. Its name was never seen, so its case and format are not relied on. */
const isOfClusters = ({ name }: { name: string }) => /managed_?-?cluster/i.test(name);
