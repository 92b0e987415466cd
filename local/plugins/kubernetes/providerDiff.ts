/** What a change of the provider's own configuration means for everything it manages. */
import type { DiffRequest, DiffResult, PropertyChange } from "../rpc/engineRequests.ts";
import { valueChanges } from "../rpc/diffResponse.ts";
import { reveal, Unknown } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { activeCluster } from "./kubeconfig.ts";
import type { KubeconfigChoice } from "./kubeconfig.ts";
import { configText } from "./settings.ts";

// What decides which cluster is meant.
const clusterKeys = ["kubeconfig", "context", "cluster"] as const;

function choice(config: Properties): KubeconfigChoice {
  return {
    kubeconfig: configText(config.kubeconfig),
    context: configText(config.context),
    cluster: configText(config.cluster),
  };
}

function pointsElsewhere(olds: Properties, news: Properties): boolean {
  if (clusterKeys.some((key) => news[key] instanceof Unknown)) {
    // Whether it is the same cluster shows only later; keeping resources that are elsewhere would be the worse mistake.
    return true;
  }
  const before = activeCluster(choice(olds));
  const after = activeCluster(choice(news));
  return before !== undefined && after !== undefined && JSON.stringify(before) !== JSON.stringify(after);
}

/**
 * Replaces the provider, and with it all its resources, only when another cluster is meant.
 *
 * A cluster has no identity of its own: `clusterIdentifier` is one where it is set, otherwise the kubeconfig's entry
 * (address, authority) of the active cluster is. Setting or removing the identifier by itself replaces nothing.
 */
export function diffProvider(request: Pick<DiffRequest, "olds" | "oldInputs" | "news">): DiffResult {
  const recorded = Object.keys(request.oldInputs).length > 0 ? request.oldInputs : request.olds;
  const olds = reveal(recorded) as Properties;
  const news = reveal(request.news) as Properties;
  const changed = Object.keys(valueChanges(olds, news)).map((path) => /^[^.[]*/.exec(path)?.[0] ?? path);

  const before = configText(olds.clusterIdentifier);
  const after = configText(news.clusterIdentifier);
  const identified = before !== undefined && before === after;
  const replacing = new Set<string>();
  if (before !== undefined && after !== undefined && before !== after) {
    replacing.add("clusterIdentifier");
  }
  if (!identified && pointsElsewhere(olds, news)) {
    clusterKeys.filter((key) => changed.includes(key)).forEach((key) => replacing.add(key));
  }
  const change = (key: string): PropertyChange => ({
    kind: olds[key] === undefined ? "add" : news[key] === undefined ? "delete" : "update",
    replace: replacing.has(key),
    inputDiff: true,
  });
  return { changes: Object.fromEntries([...new Set(changed)].map((key) => [key, change(key)])) };
}
