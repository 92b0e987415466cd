/** The API server a provider's configuration points to, or why it cannot be worked with. */
import type { Cluster } from "./cluster.ts";
import type { ProviderSettings } from "./settings.ts";

/** Seconds to find out whether there is an API server at all. */
const probeTimeoutSeconds = 15;

export interface Connection {
  settings: ProviderSettings;
  /** For namespaced objects that name none. */
  defaultNamespace: string;
  /** Undefined where the cluster is unreachable. */
  cluster: Cluster | undefined;
  /** Why it is. */
  unreachable: string | undefined;
}

/** Never fails: a preview goes on without a cluster, and so does a destroy whose cluster is gone. */
export async function connect(settings: ProviderSettings): Promise<Connection> {
  let defaultNamespace = settings.namespace ?? "default";
  try {
    // Loaded here, not at the start: they take half a second, which the engine would wait for before anything else.
    const [{ contextNamespace, loadKubeconfig }, { HttpCluster }] = await Promise.all([
      import("./kubeconfig.ts"),
      import("./httpCluster.ts"),
    ]);
    const config = loadKubeconfig(settings);
    defaultNamespace = settings.namespace ?? contextNamespace(config);
    const cluster = new HttpCluster(config, settings.requestTimeoutSeconds);
    await cluster.version(AbortSignal.timeout(probeTimeoutSeconds * 1000));
    return { settings, defaultNamespace, cluster, unreachable: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { settings, defaultNamespace, cluster: undefined, unreachable: reason };
  }
}

/** @throws Error where there is no cluster to work with. */
export function requireCluster({ cluster, unreachable }: Connection): Cluster {
  if (cluster === undefined) {
    throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable ?? "it was not configured"}`);
  }
  return cluster;
}
