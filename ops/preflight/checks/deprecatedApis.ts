/**
 * Checks whether a client still uses an API that the next minor version removes. AKS refuses such an upgrade
 * (UpgradeBlockedOnDeprecatedAPIUsage) for twelve hours after the last use. The API server counts the uses itself:
 * https://kubernetes.io/docs/reference/instrumentation/metrics/ (apiserver_requested_deprecated_apis)
 */
import { minorOf } from "../minorVersion.ts";
import { ok, type PreflightCheck, problem } from "../preflightCheck.ts";

export const deprecatedApis: PreflightCheck = {
  name: "deprecated-apis",
  about: "Before an upgrade to another minor version: nobody has used an API that the new version no longer has.",
  applies: ({ kubernetesVersion }) => kubernetesVersion !== undefined,
  async run({ kubernetesVersion: wanted = "" }, { existing, clusterMetrics }) {
    const { cluster } = await existing();
    if (cluster === undefined) return [ok("there is no cluster to upgrade")];
    if (minorOf(wanted) <= minorOf(cluster.version)) return [ok(`the cluster runs ${cluster.version}: no upgrade`)];
    const removed = usedApis(await clusterMetrics()).filter(({ removedIn }) => minorOf(removedIn) <= minorOf(wanted));
    if (removed.length === 0) return [ok(`no API that Kubernetes ${wanted} removes was used`)];
    return removed.map(({ api, removedIn }) =>
      problem(
        `${api} was used, and Kubernetes ${removedIn} removes it`,
        `find who uses it in the audit log (docs/monitoring.md), move it to the newer API (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v${removedIn.replace(".", "-")}), and wait 12 hours`,
      ),
    );
  },
};

interface UsedApi {
  /** `GROUP/VERSION RESOURCE` */
  api: string;
  /** "1.36" */
  removedIn: string;
}

/** @param metrics in the Prometheus text format */
export function usedApis(metrics: string): UsedApi[] {
  const found = metrics.split("\n").flatMap((line): UsedApi[] => {
    const [, labels, value] = /^apiserver_requested_deprecated_apis\{([^}]*)\}\s+(\S+)/.exec(line) ?? [];
    if (labels === undefined || Number(value) === 0) return [];
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const removedIn = label("removed_release");
    if (removedIn === "") return [];
    const group = label("group");
    return [{ api: `${group === "" ? "" : `${group}/`}${label("version")} ${label("resource")}`, removedIn }];
  });
  // The same resource is counted once per subresource.
  return found.filter(({ api }, index) => found.findIndex((other) => other.api === api) === index);
}
