/** Reads the namespace's rules for new pods, and the names that a refused pod may have intended. */
import type { Notes } from "../notes.ts";
import type { LimitRange } from "../../cluster/kubernetesObjects.ts";
import type { ClusterReader } from "../../cluster/clusterReader.ts";
import type { RulesLook } from "../observation.ts";

const namesOnly = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

export async function lookAtRules(reader: ClusterReader, notes: Notes, namespace: string): Promise<RulesLook> {
  const core = `api/v1/namespaces/${namespace}`;
  const names = async (path: string) =>
    (await reader.list<{ metadata: { name: string } }>(path, {}, namesOnly)).map(({ metadata }) => metadata.name);
  const [limitRanges, priorityClasses, serviceAccounts, runtimeClasses] = await Promise.all([
    notes.attempt("LimitRanges", reader.list<LimitRange>(`${core}/limitranges`), undefined),
    notes.attempt("PriorityClasses", names("apis/scheduling.k8s.io/v1/priorityclasses"), undefined),
    notes.attempt("ServiceAccounts", names(`${core}/serviceaccounts`), undefined),
    notes.attempt("RuntimeClasses", names("apis/node.k8s.io/v1/runtimeclasses"), undefined),
  ]);
  return {
    ...(limitRanges === undefined ? {} : { limitRanges }),
    ...(priorityClasses === undefined ? {} : { priorityClasses }),
    ...(serviceAccounts === undefined ? {} : { serviceAccounts }),
    ...(runtimeClasses === undefined ? {} : { runtimeClasses }),
  };
}
