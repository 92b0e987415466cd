/**
 * The part of a namespace that a rollout is about: the newest revision of each Deployment. Pods of older revisions
 * still serve.
 */
import type { Deployment, ReplicaSet } from "../cluster/kubernetesObjects.ts";
import type { Observation } from "../doctor/observation.ts";

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#deployment-kubernetes-io-revision */
const revisionAnnotation = "deployment.kubernetes.io/revision";

const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata?.annotations?.[revisionAnnotation] ?? 0);

const ownedBy = (owner: Deployment, { metadata }: ReplicaSet): boolean =>
  metadata?.ownerReferences?.some(({ uid }) => uid === owner.metadata?.uid) ?? false;

/**
 * The newest ReplicaSet of each Deployment, by the Deployment's name. A Deployment is missing if its controller has not
 * processed its last change yet: its newest ReplicaSet still belongs to the previous version.
 */
export function newestReplicaSets({ deployments, replicaSets }: Observation): Map<string, ReplicaSet> {
  const newest = new Map<string, ReplicaSet>();
  for (const deployment of deployments) {
    const { metadata, status } = deployment;
    if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) continue;
    const [latest] = replicaSets
      .filter((replicaSet) => ownedBy(deployment, replicaSet))
      .toSorted((left, right) => revisionOf(right) - revisionOf(left));
    if (latest !== undefined) newest.set(metadata?.name ?? "", latest);
  }
  return newest;
}

/** The observation limited to these ReplicaSets and their pods. */
export function limitedTo(observation: Observation, replicaSets: readonly ReplicaSet[]): Observation {
  const uids = new Set(replicaSets.map(({ metadata }) => metadata?.uid));
  return {
    ...observation,
    replicaSets: [...replicaSets],
    pods: observation.pods.filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uids.has(uid))),
    // Other kinds of owners show only by events that they cannot create pods, and are not being rolled out.
    events: observation.events.filter(
      ({ involvedObject: { kind, uid } }) => kind === "Pod" || (kind === "ReplicaSet" && uids.has(uid)),
    ),
  };
}
