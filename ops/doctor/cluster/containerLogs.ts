/** Reads the end of the logs of failing containers: from before the last restart, and from the current run. */
import type { Notes } from "../notes.ts";
import type { ContainerStatus, Pod } from "../../cluster/kubernetesObjects.ts";
import type { ContainerLog } from "../observation.ts";
import { type ClusterReader, ReadRefused } from "../../cluster/clusterReader.ts";

const lines = 60;
const bytes = 16 * 1024;

export async function lookAtLogs(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  pods: readonly Pod[],
): Promise<ContainerLog[]> {
  const wanted = pods.flatMap((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
      .filter(({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated)
      .map((status) => ({ pod: pod.metadata?.name ?? "", status })),
  );
  return Promise.all(wanted.map(({ pod, status }) => lookAtLog(reader, notes, namespace, pod, status)));
}

async function lookAtLog(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  pod: string,
  { name, state, lastState }: ContainerStatus,
): Promise<ContainerLog> {
  const read = async (previous: boolean): Promise<string | undefined> => {
    const path = `api/v1/namespaces/${namespace}/pods/${pod}/log`;
    const query = { container: name, tailLines: String(lines), limitBytes: String(bytes), previous: String(previous) };
    try {
      // The API server sends errors as JSON and logs as text, so accept both.
      const text = await reader.text(path, query, "text/plain, application/json");
      // The kubelet's message if the runtime has already removed the log.
      return /^unable to retrieve container logs for \S+\s*$/.test(text) ? undefined : text;
    } catch (error) {
      // The node keeps one ended container per pod, and not forever, so a missing log is not worth a note.
      if (!(error instanceof ReadRefused) || error.status === 403)
        notes.add(`the log of container "${name}" of pod/${pod}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const log = { pod, container: name };
  // The container may restart during the read: its current log would then belong to a new run. The previous log belongs
  // to the run that ended, even while the container waits for its restart.
  if (state?.running === undefined) {
    const previous = lastState?.terminated === undefined ? undefined : await read(true);
    const ended = previous === undefined || previous === "" ? await read(false) : previous;
    return ended === undefined ? log : { ...log, previous: ended };
  }
  const [previous, current] = await Promise.all([
    lastState?.terminated === undefined ? undefined : read(true),
    read(false),
  ]);
  return {
    ...log,
    ...(previous === undefined ? {} : { previous }),
    ...(current === undefined ? {} : { current }),
  };
}
