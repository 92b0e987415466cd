/** Kubeconfigs: from a path or from text, with the provider's own choice of context, cluster and namespace. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";

import { KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "@kubernetes/client-node";

export interface KubeconfigChoice {
  kubeconfig: string | undefined;
  context: string | undefined;
  cluster: string | undefined;
}

/** @throws Error when the text is no kubeconfig. */
function parse(pathOrContent: string): KubeConfig {
  const path = pathOrContent.replace(/^~(?=$|\/)/, homedir());
  const config = new KubeConfig();
  // A kubeconfig has more than one line, a path has not; asking the file system about kilobytes of text is an error.
  if (!path.includes("\n") && !path.startsWith("{") && existsSync(path)) {
    config.loadFromFile(path);
  } else {
    config.loadFromString(pathOrContent);
  }
  return config;
}

/**
 * The kubeconfig with the chosen context as its current one.
 *
 * @throws Error when it cannot be read, or names a context or cluster that it does not have.
 */
export function loadKubeconfig(choice: KubeconfigChoice): KubeConfig {
  let config = new KubeConfig();
  if (choice.kubeconfig === undefined) {
    config.loadFromDefault();
  } else {
    config = parse(choice.kubeconfig);
  }
  if (choice.context !== undefined) {
    config.setCurrentContext(choice.context);
  }
  const context = config.getContextObject(config.getCurrentContext());
  if (context === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw new Error(
      `the kubeconfig has no context "${config.getCurrentContext()}"; it has: ${names.join(", ") || "none"}`,
    );
  }
  const cluster = config.getCluster(choice.cluster ?? context.cluster);
  if (cluster === null) {
    const names = config.getClusters().map(({ name }) => name);
    throw new Error(
      `the kubeconfig has no cluster "${choice.cluster ?? context.cluster}"; it has: ${names.join(", ")}`,
    );
  }
  config.contexts = config.contexts.map((one) => (one.name === context.name ? { ...one, cluster: cluster.name } : one));
  return config;
}

/** The namespace of the current context. */
export function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
}

/** The cluster a choice points to; undefined where there is none to be found. */
export function activeCluster(choice: KubeconfigChoice): Cluster | undefined {
  if (choice.kubeconfig === undefined) {
    return undefined;
  }
  const config = parse(choice.kubeconfig);
  const context = config.getContextObject(choice.context ?? config.getCurrentContext());
  return (context && config.getCluster(choice.cluster ?? context.cluster)) ?? undefined;
}
