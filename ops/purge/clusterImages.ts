/** What runs on a stack's cluster: pods, and what starts pods. The whole cluster, because the stack's state does not know the rest. */
import { ClusterReader } from "../cluster/clusterReader.ts";
import { outputsWithSecrets } from "../pulumi/stackState.ts";
import type { KnownStack } from "./knownStacks.ts";

const lists = [
  "api/v1/pods",
  "apis/apps/v1/deployments",
  "apis/apps/v1/statefulsets",
  "apis/apps/v1/daemonsets",
  "apis/batch/v1/jobs",
  "apis/batch/v1/cronjobs",
];

/** Whether a stack has anything on a cluster. */
export const hasCluster = ({ state }: Pick<KnownStack, "state">): boolean =>
  (state.deployment?.resources ?? []).some(({ type }) => type.startsWith("kubernetes:"));

/** The objects of a stack's cluster, as JSON. @throws Error saying why they cannot be read */
export type ReadCluster = (stack: KnownStack) => Promise<string>;

export const readCluster: ReadCluster = async ({ cli, reference }) => {
  const { kubeconfig } = await outputsWithSecrets(cli, reference);
  if (typeof kubeconfig !== "string") throw new Error('it has no output "kubeconfig"');
  // The package's main module loads the types of every Kubernetes API.
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return objectsIn(new ClusterReader(config));
};

/** As JSON. */
export const objectsIn = async (reader: Pick<ClusterReader, "list">): Promise<string> =>
  JSON.stringify(await Promise.all(lists.map((list) => reader.list(list))));
