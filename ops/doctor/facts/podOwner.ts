/** The object that created a pod and must be changed to fix it: the top of its chain of owners. */
import type { CronJob, Job, Pod, PodTemplate } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";

export type OwnerKind =
  | "Deployment"
  | "ReplicaSet"
  | "StatefulSet"
  | "DaemonSet"
  | "Job"
  | "CronJob"
  | "Pod"
  /** A custom kind such as "Rollout": only its name is known. */
  | "Other";

export interface Owner {
  kind: OwnerKind;
  name: string;
  /** For kubectl, e.g. "deployment/web". */
  ref: string;
  template?: PodTemplate;
  /** The Job between a CronJob and its pod. */
  job?: Job;
}

export function ownerOfPod(observation: Observation, pod: Pod): Owner {
  const name = pod.metadata?.name ?? "";
  const controllers = pod.metadata?.ownerReferences ?? [];
  const owner = controllers.find(({ controller }) => controller === true) ?? controllers[0];
  if (owner === undefined || owner.kind === "Node") {
    const template: PodTemplate = { ...(pod.spec === undefined ? {} : { spec: pod.spec }) };
    return { kind: "Pod", name, ref: `pod/${name}`, template };
  }
  switch (owner.kind) {
    case "ReplicaSet": {
      const set = named(observation.replicaSets, owner.name);
      const [above] = set?.metadata?.ownerReferences ?? [];
      if (above?.kind === "Deployment")
        return of("Deployment", above.name, named(observation.deployments, above.name)?.spec?.template);
      if (above !== undefined) return { kind: "Other", name: above.name, ref: refOf(above.kind, above.name) };
      return of("ReplicaSet", owner.name, set?.spec?.template);
    }
    case "StatefulSet":
      return of("StatefulSet", owner.name, named(observation.statefulSets, owner.name)?.spec?.template);
    case "DaemonSet":
      return of("DaemonSet", owner.name, named(observation.daemonSets, owner.name)?.spec?.template);
    case "Job":
      return ownerOfJob(observation, owner.name);
    default:
      return { kind: "Other", name: owner.name, ref: refOf(owner.kind, owner.name) };
  }
}

/** Jobs of a CronJob come and go, so the CronJob must be changed. */
export function ownerOfJob(observation: Observation, name: string): Owner {
  const job = named(observation.jobs, name);
  const above = job?.metadata?.ownerReferences?.find(({ kind }) => kind === "CronJob");
  if (above === undefined || job === undefined) return { ...of("Job", name, job?.spec?.template), ...jobPart(job) };
  const cronJob = named<CronJob>(observation.cronJobs, above.name);
  return { ...of("CronJob", above.name, cronJob?.spec?.jobTemplate.spec?.template), job };
}

const jobPart = (job: Job | undefined): { job?: Job } => (job === undefined ? {} : { job });

const named = <T extends { metadata?: { name?: string } }>(objects: readonly T[], name: string): T | undefined =>
  objects.find(({ metadata }) => metadata?.name === name);

const of = (kind: OwnerKind, name: string, template: PodTemplate | undefined): Owner => ({
  kind,
  name,
  ref: refOf(kind, name),
  ...(template === undefined ? {} : { template }),
});

export const refOf = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`;
