/** Delays and faults of the simulated Azure, which a client of its control API requested. */
import { setTimeout as sleep } from "node:timers/promises";
import { ArmError } from "./armErrors.ts";
import type { Inventory } from "./inventory.ts";
import { type Limits, noLimits } from "./subscriptionLimits.ts";

/** Times in seconds that Azure always takes, and the simulation only on request. */
export interface Delays {
  /** Creation of a registry. */
  registrySeconds: number;
  /** From a role assignment's creation until it takes effect. */
  grantPropagationSeconds: number;
  /** From an identity's creation until the directory knows its principal. Until then a role assignment without `principalType` fails. */
  principalReplicationSeconds: number;
  /** Creation of a managed cluster. */
  clusterSeconds: number;
  /** Creation of an agent pool. */
  agentPoolSeconds: number;
  /** From a cluster's deletion until its API server's subnet is free (a service association link). */
  serviceAssociationLinkSeconds: number;
}

export const noDelays: Delays = {
  registrySeconds: 0,
  grantPropagationSeconds: 0,
  principalReplicationSeconds: 0,
  clusterSeconds: 0,
  agentPoolSeconds: 0,
  serviceAssociationLinkSeconds: 0,
};

/** How the next matching requests are answered. `failedProvisioning` accepts the request and lets its operation fail. */
export const faultKinds = ["throttled", "conflict", "principalNotFound", "serverError", "failedProvisioning"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** How many more requests it affects. */
  count: number;
  /** HTTP method. Default: all writes (PUT, PATCH, POST, DELETE). */
  method?: string;
  /** Resource type such as `Microsoft.ContainerRegistry/registries`. Default: every type. */
  type?: string;
  /** Name of the resource. Default: every name. */
  name?: string;
  /** For `throttled`: the value of Retry-After. Default: 1. */
  retryAfterSeconds?: number;
}

/** What faults are matched against. */
export interface Subject {
  method: string;
  type: string;
  name: string;
}

export class Simulation {
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  get delays(): Delays {
    return { ...noDelays, ...(this.#inventory.simulation.delays as Partial<Delays> | undefined) };
  }

  get faults(): Fault[] {
    return (this.#inventory.simulation.faults as Fault[] | undefined) ?? [];
  }

  get limits(): Limits {
    return { ...noLimits, ...(this.#inventory.simulation.limits as Partial<Limits> | undefined) };
  }

  set({ delays, faults, limits }: { delays?: Delays; faults?: Fault[]; limits?: Limits }): void {
    if (delays !== undefined) this.#inventory.simulation.delays = delays;
    if (limits !== undefined) this.#inventory.simulation.limits = limits;
    if (faults !== undefined) this.#inventory.simulation.faults = faults;
    this.#inventory.save();
  }

  /** @throws the requested fault that matches this request */
  disturbRequest(subject: Subject): void {
    const fault = this.#due(subject, (kind) => kind !== "failedProvisioning");
    if (fault !== undefined) throw requestError(fault, subject);
  }

  /** @throws when a fault makes the provisioning of this resource fail */
  disturbProvisioning(subject: Omit<Subject, "method">): void {
    const fault = this.#due({ ...subject, method: "PUT" }, (kind) => kind === "failedProvisioning");
    if (fault === undefined) return;
    throw new ArmError(
      409,
      "InternalOperationError",
      `Provisioning of ${subject.type} '${subject.name}' failed (a simulated fault).`,
    );
  }

  /** Waits until `seconds` after the start of an operation, even if this process started in between. */
  async wait(startTime: string, seconds: number, stopping: AbortSignal): Promise<void> {
    const left = Date.parse(startTime) + seconds * 1000 - Date.now();
    if (left > 0) await sleep(left, undefined, { signal: stopping });
  }

  #due(subject: Subject, wanted: (kind: FaultKind) => boolean): Fault | undefined {
    const { faults } = this;
    const fault = faults.find((candidate) => wanted(candidate.kind) && matches(candidate, subject));
    if (fault === undefined) return undefined;
    fault.count -= 1;
    this.set({ faults: faults.filter(({ count }) => count > 0) });
    return fault;
  }
}

function matches(fault: Fault, { method, type, name }: Subject): boolean {
  const methodFits = fault.method === undefined ? method !== "GET" && method !== "HEAD" : fault.method === method;
  return (
    methodFits &&
    (fault.type === undefined || fault.type.toLowerCase() === type.toLowerCase()) &&
    (fault.name === undefined || fault.name.toLowerCase() === name.toLowerCase())
  );
}

function requestError(fault: Fault, { type, name }: Subject): ArmError {
  switch (fault.kind) {
    case "throttled":
      return new ArmError(
        429,
        "TooManyRequests",
        "The request is being throttled as the limit has been reached for operation type - Write. For more information, see - https://aka.ms/srpthrottlinglimits",
        { headers: { "Retry-After": `${fault.retryAfterSeconds ?? 1}` } },
      );
    case "principalNotFound":
      return new ArmError(400, "PrincipalNotFound", "Principal does not exist in the directory (a simulated fault).");
    case "serverError":
      return new ArmError(500, "InternalServerError", "The server encountered an internal error (a simulated fault).");
    default:
      return new ArmError(
        409,
        "Conflict",
        `Another operation on ${type} '${name}' is in progress (a simulated fault).`,
      );
  }
}
