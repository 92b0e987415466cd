/** Reads the workload: the selected pods, what creates them, their events, and the nodes. */
import type { Notes } from "../notes.ts";
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Event,
  Job,
  Namespace,
  Node,
  Pod,
  PodTemplate,
  ReplicaSet,
  Service,
  StatefulSet,
} from "../../cluster/kubernetesObjects.ts";
import type { ClusterReader } from "../../cluster/clusterReader.ts";
import { matches } from "../../cluster/labelSelector.ts";

export interface WorkloadLook {
  pods: Pod[];
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  statefulSets: StatefulSet[];
  daemonSets: DaemonSet[];
  jobs: Job[];
  cronJobs: CronJob[];
  services?: Service[];
  namespace?: Namespace;
  events: Event[];
  nodes?: Node[];
}

/** @throws ReadRefused or Unreachable if the pods cannot be listed: without them there is nothing to diagnose. */
export async function lookAtWorkload(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  selector: string,
): Promise<WorkloadLook> {
  const core = `api/v1/namespaces/${namespace}`;
  const apps = `apis/apps/v1/namespaces/${namespace}`;
  const batch = `apis/batch/v1/namespaces/${namespace}`;
  const [pods, deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs, services, own, events, nodes] =
    await Promise.all([
      reader.list<Pod>(`${core}/pods`, selector === "" ? {} : { labelSelector: selector }),
      notes.need("Deployments", reader.list<Deployment>(`${apps}/deployments`), []),
      notes.need("ReplicaSets", reader.list<ReplicaSet>(`${apps}/replicasets`), []),
      notes.need("StatefulSets", reader.list<StatefulSet>(`${apps}/statefulsets`), []),
      notes.need("DaemonSets", reader.list<DaemonSet>(`${apps}/daemonsets`), []),
      notes.need("Jobs", reader.list<Job>(`${batch}/jobs`), []),
      notes.need("CronJobs", reader.list<CronJob>(`${batch}/cronjobs`), []),
      notes.attempt("Services", reader.list<Service>(`${core}/services`), undefined),
      notes.attempt("the namespace", reader.get<Namespace>(core), undefined),
      notes.need("events", reader.list<Event>(`${core}/events`), []),
      notes.attempt("nodes", reader.list<Node>("api/v1/nodes"), undefined),
    ]);
  const chosen = ({ spec }: { spec?: { template?: PodTemplate } }) =>
    matches(selector, spec?.template?.metadata?.labels);
  const look: WorkloadLook = {
    pods,
    deployments: deployments.filter(chosen),
    replicaSets: replicaSets.filter(chosen),
    statefulSets: statefulSets.filter(chosen),
    daemonSets: daemonSets.filter(chosen),
    jobs: jobs.filter(chosen),
    cronJobs: cronJobs.filter(({ spec }) => matches(selector, spec?.jobTemplate.spec?.template.metadata?.labels)),
    ...(services === undefined ? {} : { services }),
    ...(own === undefined ? {} : { namespace: own }),
    events,
    ...(nodes === undefined ? {} : { nodes }),
  };
  dropNoise(look);
  return look;
}

/**
 * Removes fields that no cause needs: managed fields are a third of every object, and a node lists its 50 largest
 * images.
 */
function dropNoise(look: WorkloadLook): void {
  const { nodes = [], services = [], namespace, ...lists } = look;
  const objects: { metadata?: { managedFields?: unknown } }[] = [
    ...Object.values(lists).flat(),
    ...nodes,
    ...services,
    ...(namespace === undefined ? [] : [namespace]),
  ];
  for (const { metadata } of objects) if (metadata !== undefined) delete metadata.managedFields;
  for (const { status } of nodes) if (status !== undefined) delete status.images;
}
