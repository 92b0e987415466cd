/** Reads what the volumes of failing pods depend on: claims, volumes, storage classes, and CSI drivers. */
import type { Notes } from "../notes.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "../../cluster/kubernetesObjects.ts";
import type { ClusterReader } from "../../cluster/clusterReader.ts";
import type { StorageLook } from "../observation.ts";

const usesStorage = ({ spec }: Pod): boolean =>
  spec?.volumes?.some(({ persistentVolumeClaim, csi, ephemeral }) => persistentVolumeClaim ?? csi ?? ephemeral) ??
  false;

/** @returns undefined if no pod has a volume with a claim or a CSI driver */
export async function lookAtStorage(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  pods: readonly Pod[],
): Promise<StorageLook | undefined> {
  if (!pods.some(usesStorage)) return undefined;
  const storage = "apis/storage.k8s.io/v1";
  const [claims, volumes, classes, drivers] = await Promise.all([
    notes.attempt(
      "PersistentVolumeClaims",
      reader.list<PersistentVolumeClaim>(`api/v1/namespaces/${namespace}/persistentvolumeclaims`),
      undefined,
    ),
    notes.attempt("PersistentVolumes", reader.list<PersistentVolume>("api/v1/persistentvolumes"), undefined),
    notes.attempt("StorageClasses", reader.list<StorageClass>(`${storage}/storageclasses`), undefined),
    notes.attempt("CSI drivers", reader.list<{ metadata: { name: string } }>(`${storage}/csidrivers`), undefined),
  ]);
  // Volumes of the namespace, and free volumes of a class that one of its claims waits for.
  const wanted = (claims ?? [])
    .filter(({ status }) => status?.phase === "Pending")
    .map(({ spec }) => spec?.storageClassName ?? "");
  const own = volumes?.filter(
    ({ spec }) =>
      spec?.claimRef?.namespace === namespace ||
      (spec?.claimRef === undefined && wanted.includes(spec?.storageClassName ?? "")),
  );
  for (const { metadata } of [...(claims ?? []), ...(own ?? []), ...(classes ?? [])])
    if (metadata !== undefined) delete metadata.managedFields;
  return {
    ...(claims === undefined ? {} : { claims }),
    ...(own === undefined ? {} : { volumes: own }),
    ...(classes === undefined ? {} : { classes }),
    ...(drivers === undefined ? {} : { drivers: drivers.map(({ metadata }) => metadata.name) }),
  };
}
