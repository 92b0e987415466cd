/** Which kinds are waited for, and for how long. */
import type { Cluster } from "../cluster.ts";
import { annotation, isAnnotationTrue } from "../kubeObject.ts";
import type { KubeObject } from "../kubeObject.ts";
import { assessDeployment } from "./deployment.ts";
import {
  assessDaemonSet,
  assessJob,
  assessPod,
  assessService,
  assessStatefulSet,
  assessVolumeClaim,
} from "./otherKinds.ts";
import type { Assessment } from "./verdict.ts";

const assessments: Record<string, (cluster: Cluster) => Assessment> = {
  "apps/v1/DaemonSet": assessDaemonSet,
  "apps/v1/Deployment": assessDeployment,
  "apps/v1/StatefulSet": assessStatefulSet,
  "batch/v1/Job": assessJob,
  "v1/PersistentVolumeClaim": assessVolumeClaim,
  "v1/Pod": assessPod,
  "v1/Service": assessService,
};

// Deletions of these do not wait where `skipAwait` is set; of others they do (as officially).
const skippableDeletions = new Set([
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
]);

const skipAwait = "pulumi.com/skipAwait";
const defaultTimeoutSeconds = 600;

function kindName({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}/${kind}`;
}

/** How to tell that the object is ready; undefined for one that is ready as soon as it exists. */
export function assessmentOf(object: KubeObject, cluster: Cluster): Assessment | undefined {
  return isAnnotationTrue(object, skipAwait) ? undefined : assessments[kindName(object)]?.(cluster);
}

/** True when a deletion is not waited for. */
export function skipsDeletionWait(object: KubeObject): boolean {
  return isAnnotationTrue(object, skipAwait) && skippableDeletions.has(kindName(object));
}

/** Seconds to wait: the resource option `customTimeouts`, the object's annotation, or ten minutes. */
export function timeoutSeconds(object: KubeObject, customTimeoutSeconds: number): number {
  if (customTimeoutSeconds > 0) {
    return customTimeoutSeconds;
  }
  const annotated = Number(annotation(object, "pulumi.com/timeoutSeconds"));
  return Number.isInteger(annotated) && annotated > 0 ? annotated : defaultTimeoutSeconds;
}
