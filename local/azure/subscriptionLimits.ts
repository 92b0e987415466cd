/**
 * The limits of the simulated subscription: what Azure would refuse because of quota, offers, registrations, policies and names.
 * The control API sets them; `subscriptions.ts` answers questions about them, and requests that exceed them are refused.
 */
import { ArmError } from "./armErrors.ts";
import { asObject, asObjects, asString, type JsonObject } from "./jsonValues.ts";

/** A policy that is assigned to the subscription, or to a management group above it. */
export interface AssignedPolicy {
  /** Display name of the assignment. */
  name: string;
  effect: "Deny" | "Audit";
  /** Resource type that the policy applies to. */
  type: string;
  /** Path of the property that the policy checks, e.g. `properties.networkSecurityGroup`. */
  property: string;
  /** The value that does not comply; `null`: a missing property does not comply. */
  value: string | boolean | null;
  /** Name of the management group that it is assigned to. Default: it is assigned to the subscription. */
  managementGroup?: string;
}

/** A role that a principal may activate through Privileged Identity Management. */
export interface EligibleRole {
  principalId: string;
  /** Role definition id (the GUID part). */
  role: string;
}

/** Whether a size is offered: in these zones only, or (false) not at all to this subscription. */
export type SizeOffer = readonly string[] | false;

export interface Limits {
  /** vCPUs per region, by VM family; "cores" is the total of the region, "lowPriorityCores" that of spot nodes. */
  vcpus: Readonly<Record<string, number>>;
  /** Managed clusters per region. */
  clusters: number;
  sizes: Readonly<Record<string, SizeOffer>>;
  /** Namespaces of resource providers that the subscription is not registered for. */
  unregistered: readonly string[];
  /** Names of registries, storage accounts and vaults that another Azure customer has. */
  takenNames: readonly string[];
  policies: readonly AssignedPolicy[];
  eligibleRoles: readonly EligibleRole[];
  /** Whether registries may build images (ACR Tasks). Azure refuses it to free subscriptions. */
  tasks: boolean;
}

/** An Enterprise subscription's: 350 vCPUs per region and family, 100 clusters. */
export const noLimits: Limits = {
  vcpus: {},
  clusters: 100,
  sizes: {},
  unregistered: [],
  takenNames: [],
  policies: [],
  eligibleRoles: [],
  tasks: true,
};

/** vCPUs of a family or a region for which no limit is set. */
export const usualVcpus = 350;

/** Limits from a request to the control API; what it leaves out is unlimited. @throws ArmError for unknown or malformed ones */
export function readLimits(body: JsonObject): Limits {
  for (const [key, value] of Object.entries(body)) {
    if (!(key in noLimits)) throw invalid(`'${key}' is not a limit: use ${Object.keys(noLimits).join(", ")}`);
    if (!isWellFormed[key as keyof Limits](value)) throw invalid(`${key} is malformed: see local/azure/README.md`);
  }
  return { ...noLimits, ...(body as Partial<Limits>) };
}

const texts = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string");
const valuesOf = (value: unknown) => Object.values(asObject(value) ?? { malformed: null });
const listOf = (value: unknown, fits: (item: JsonObject) => boolean) =>
  Array.isArray(value) && asObjects(value).length === value.length && asObjects(value).every(fits);

const isWellFormed: Record<keyof Limits, (value: unknown) => boolean> = {
  vcpus: (value) => valuesOf(value).every((limit) => Number.isInteger(limit)),
  clusters: (value) => Number.isInteger(value),
  sizes: (value) => valuesOf(value).every((offer) => offer === false || texts(offer)),
  unregistered: texts,
  takenNames: texts,
  tasks: (value) => typeof value === "boolean",
  policies: (value) =>
    listOf(
      value,
      ({ name, effect, type, property, value: refused }) =>
        [name, type, property].every((text) => asString(text) !== undefined) &&
        ["Deny", "Audit"].includes(asString(effect) ?? "") &&
        (refused === null || ["string", "boolean"].includes(typeof refused)),
    ),
  eligibleRoles: (value) =>
    listOf(value, ({ principalId, role }) => asString(principalId) !== undefined && asString(role) !== undefined),
};

const invalid = (message: string) => new ArmError(400, "InvalidSimulationRequest", message);
