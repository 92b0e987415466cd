/** Why an Azure container registry does not let the cluster's nodes pull, according to its role assignments. */
import type { AzureIdentity, AzureLook, RegistryAccount, RoleGrant } from "../azure/azureLook.ts";
import type { PodFacts } from "./podFacts.ts";
import { pullFailureOf, type PullFailure } from "./pullFailure.ts";

export type GrantFault = "not-propagated" | "ignored-by-abac" | "on-control-plane" | "on-client-id" | "missing";

export interface PullGrant {
  fault: GrantFault;
  failure: PullFailure;
  azure: AzureLook;
  registry: RegistryAccount;
  kubelet: AzureIdentity;
  /** The grant that exists but does not help. */
  grant?: RoleGrant;
  /** Who holds the grant, if it is not the kubelet identity's object ID. */
  holder?: string;
  /** Milliseconds since the grant was made. */
  age?: number;
}

/** A grant takes up to 10 minutes to propagate, and a node may keep an older token for an hour. */
const propagationMilliseconds = 60 * 60_000;

const same = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left.toLowerCase() === right.toLowerCase();

export function pullGrant(pod: PodFacts): PullGrant | undefined {
  const failure = pullFailureOf(pod);
  const { azure } = pod.observation;
  if (failure === undefined || azure === undefined || failure.answer !== "unauthorized") return undefined;
  const registry = azure.registries[failure.reference?.host ?? ""];
  const kubelet = azure.cluster?.kubelet;
  if (registry === undefined || kubelet === undefined) return undefined;
  const fault = faultOf(registry, kubelet, azure, pod.now);
  return fault === undefined ? undefined : { failure, azure, registry, kubelet, ...fault };
}

function faultOf(
  registry: RegistryAccount,
  kubelet: AzureIdentity,
  azure: AzureLook,
  now: number,
): Pick<PullGrant, "fault" | "grant" | "holder" | "age"> | undefined {
  const suffices = (grant: RoleGrant) => (registry.roleMode === "abac" ? grant.pullsAbac : grant.pullsClassic);
  const of = (id: string | undefined) => registry.grants.filter(({ principalId }) => same(principalId, id));
  const granted = of(kubelet.objectId).find(suffices);
  if (granted !== undefined) {
    const age = granted.createdOn === undefined ? Infinity : now - Date.parse(granted.createdOn);
    return age > propagationMilliseconds ? undefined : { fault: "not-propagated", grant: granted, age };
  }
  const ignored = of(kubelet.objectId).find((grant) => grant.pullsClassic);
  if (registry.roleMode === "abac" && ignored !== undefined) return { fault: "ignored-by-abac", grant: ignored };
  const controlPlane = azure.cluster?.controlPlane;
  if (
    controlPlane !== undefined &&
    !same(controlPlane.objectId, kubelet.objectId) &&
    of(controlPlane.objectId).some(suffices)
  )
    return { fault: "on-control-plane", holder: controlPlane.objectId };
  const holder = [kubelet.clientId, controlPlane?.clientId].find(
    (id) => !same(id, kubelet.objectId) && of(id).some(suffices),
  );
  return holder === undefined ? { fault: "missing" } : { fault: "on-client-id", holder };
}
