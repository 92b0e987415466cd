/** Reads the workload: the selected pods, what creates them, their events, and the nodes. */
import type { Notes } from "../notes.ts";
import type { Deployment, Event, Node, Pod, ReplicaSet } from "../../cluster/kubernetesObjects.ts";
import type { ClusterReader } from "../../cluster/clusterReader.ts";
import { matches } from "../../cluster/labelSelector.ts";

export interface WorkloadLook {
  pods: Pod[];
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  events: Event[];
  nodes?: Node[];
}

/** @throws ReadRefused or Unreachable when the pods cannot be listed: without them there is nothing to diagnose. */
export async function lookAtWorkload(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  selector: string,
): Promise<WorkloadLook> {
  const core = `api/v1/namespaces/${namespace}`;
  const apps = `apis/apps/v1/namespaces/${namespace}`;
  const [pods, deployments, replicaSets, events, nodes] = await Promise.all([
    reader.list<Pod>(`${core}/pods`, selector === "" ? {} : { labelSelector: selector }),
    notes.attempt("Deployments", reader.list<Deployment>(`${apps}/deployments`), []),
    notes.attempt("ReplicaSets", reader.list<ReplicaSet>(`${apps}/replicasets`), []),
    notes.attempt("events", reader.list<Event>(`${core}/events`), []),
    notes.attempt("nodes", reader.list<Node>("api/v1/nodes"), undefined),
  ]);
  const own = ({ spec }: Deployment | ReplicaSet) => matches(selector, spec?.template?.metadata?.labels);
  const look: WorkloadLook = {
    pods,
    deployments: deployments.filter(own),
    replicaSets: replicaSets.filter(own),
    events,
    ...(nodes === undefined ? {} : { nodes }),
  };
  dropNoise(look);
  return look;
}

/** Removes what no cause needs: managed fields are a third of every object, and a node lists its 50 largest images. */
function dropNoise({ pods, deployments, replicaSets, events, nodes = [] }: WorkloadLook): void {
  for (const { metadata } of [...pods, ...deployments, ...replicaSets, ...events, ...nodes]) {
    if (metadata !== undefined) delete metadata.managedFields;
  }
  for (const { status } of nodes) if (status !== undefined) delete status.images;
}
