/** The claims of a pod's volumes, and the other pods that use them. */
import { hasEnded, type PersistentVolumeClaim, type Pod } from "../../cluster/kubernetesObjects.ts";
import type { PodFacts } from "./podFacts.ts";

export interface ClaimFacts {
  name: string;
  /** Undefined if it does not exist, or claims could not be read. */
  claim?: PersistentVolumeClaim;
  /** False if the namespace's claims were read and it is not among them. */
  exists: boolean | undefined;
  /** Scheduled pods that use it. */
  users: Pod[];
}

export function claimsOf({ pod, podName, observation }: PodFacts): ClaimFacts[] {
  const names = (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim !== undefined
      ? [persistentVolumeClaim.claimName]
      : ephemeral !== undefined
        ? [`${podName}-${name}`]
        : [],
  );
  const { claims } = observation.storage ?? {};
  return names.map((name) => {
    const claim = claims?.find(({ metadata }) => metadata?.name === name);
    const users = observation.pods.filter(
      ({ metadata, spec, status }) =>
        metadata?.name !== podName &&
        spec?.nodeName !== undefined &&
        !hasEnded({ status }) &&
        spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
    );
    return {
      name,
      exists: claims === undefined ? undefined : claim !== undefined,
      users,
      ...(claim === undefined ? {} : { claim }),
    };
  });
}
