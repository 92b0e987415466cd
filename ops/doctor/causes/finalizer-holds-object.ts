import { eventsOf, quoteEvent } from "../facts/eventFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { run } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { sceneCause } from "./cause.ts";

/** How long a controller usually takes for its work at a deletion. Azure needs about a minute for a load balancer. */
const usual = 2 * 60_000;

/** The garbage collector's own: they wait for other objects, which are judged by themselves. */
const collector = ["foregroundDeletion", "orphan"];

interface Held {
  /** e.g. "service/web". */
  ref: string;
  uid?: string | undefined;
  since: string;
  /** Those that hold it, and all the others. */
  finalizers: string[];
  others: string[];
}

/** An object other than a pod that is being deleted and whose finalizers nobody removes. */
export const finalizerHoldsObject = sceneCause({
  code: "finalizer-holds-object",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Held[] => heldObjects(scene),
  claim: ({ observation }, { ref, uid, since, finalizers, others }) => {
    const { namespace } = observation.target;
    const list = finalizers.map((name) => `"${name}"`).join(", ");
    const failures = eventsOf(observation, uid, ref.split("/")[1] ?? "").filter(({ type }) => type === "Warning");
    return {
      title: `${ref} is being deleted and is held by the finalizer ${list}`,
      affected: [ref],
      evidence: [
        `${ref} has the deletionTimestamp ${since}`,
        `metadata.finalizers: ${[...finalizers, ...others].join(", ")}`,
        ...failures.slice(0, 2).map(quoteEvent),
      ],
      mend: [
        run(
          "The controller that the finalizer belongs to removes it once its work is done. Its events may say what keeps it:",
          `kubectl describe ${ref} --namespace ${namespace}`,
        ),
        mergePatch(
          "Only if that controller is gone for good, and what it cleans up is cleaned up, remove the finalizer by hand:",
          ref,
          namespace,
          { metadata: { finalizers: others.length === 0 ? null : others } },
        ),
      ],
    };
  },
});

function heldObjects({ observation, now }: Scene): Held[] {
  const { deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs, services = [], reach = {} } = observation;
  // If the whole namespace is going, its own conditions say what holds it.
  if (observation.namespace?.metadata?.deletionTimestamp !== undefined) return [];
  const kinds: Record<string, readonly { metadata?: Metadata }[]> = {
    deployment: deployments,
    replicaset: replicaSets,
    statefulset: statefulSets,
    daemonset: daemonSets,
    job: jobs,
    cronjob: cronJobs,
    service: services,
    ingress: reach.ingresses ?? [],
    gateway: reach.gateways ?? [],
    httproute: reach.httpRoutes ?? [],
  };
  return Object.entries(kinds).flatMap(([kind, objects]) =>
    objects.flatMap(({ metadata = {} }): Held[] => {
      const { name = "", uid, deletionTimestamp: since, finalizers: all = [] } = metadata;
      const finalizers = all.filter((one) => !collector.includes(one));
      if (since === undefined || finalizers.length === 0 || now - Date.parse(since) < usual) return [];
      return [{ ref: `${kind}/${name}`, uid, since, finalizers, others: all.filter((one) => collector.includes(one)) }];
    }),
  );
}

interface Metadata {
  name?: string;
  uid?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
}
