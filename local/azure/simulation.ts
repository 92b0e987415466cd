/**
 * The control API below `/simulation`: what exists, and what shall go wrong or take time. Not a part of Azure; only the deployer may use it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { autoscale, upgrade } from "./automation.ts";
import type { Cloud } from "./cloud.ts";
import { ArmError, invalidPath, methodNotAllowed } from "./armErrors.ts";
import { workflowToken } from "./federation.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";
import type { Inventory } from "./inventory.ts";
import { asString, type JsonObject } from "./jsonValues.ts";

/** Times that Azure takes and the simulation takes only when asked to, in seconds. */
export interface Delays {
  /** Creation of a registry. */
  registrySeconds: number;
  /** From a role assignment's creation until it counts. */
  grantPropagationSeconds: number;
  /** From an identity's creation until the directory knows its principal; a role assignment without `principalType` fails until then. */
  principalReplicationSeconds: number;
  /** Creation of a managed cluster. */
  clusterSeconds: number;
  /** Creation of an agent pool. */
  agentPoolSeconds: number;
}

const noDelays: Delays = {
  registrySeconds: 0,
  grantPropagationSeconds: 0,
  principalReplicationSeconds: 0,
  clusterSeconds: 0,
  agentPoolSeconds: 0,
};

/** What the next matching requests are answered with; `failedProvisioning` lets the request pass and its operation fail. */
const faultKinds = ["throttled", "conflict", "principalNotFound", "serverError", "failedProvisioning"] as const;
type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** How many more times. */
  count: number;
  /** HTTP method; all writes (PUT, PATCH, POST, DELETE) when left out. */
  method?: string;
  /** Resource type such as `Microsoft.ContainerRegistry/registries`; every type when left out. */
  type?: string;
  /** Name of the resource; every name when left out. */
  name?: string;
  /** For `throttled`: the value of Retry-After; 1 when left out. */
  retryAfterSeconds?: number;
}

/** What a request or an operation is matched against. */
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

  set({ delays, faults }: { delays?: Delays; faults?: Fault[] }): void {
    if (delays !== undefined) this.#inventory.simulation.delays = delays;
    if (faults !== undefined) this.#inventory.simulation.faults = faults;
    this.#inventory.save();
  }

  /** @throws the fault that is due for a request, if any. */
  disturbRequest(subject: Subject): void {
    const fault = this.#due(subject, (kind) => kind !== "failedProvisioning");
    if (fault !== undefined) throw requestError(fault, subject);
  }

  /** @throws when the provisioning of this resource is to fail. */
  disturbProvisioning(subject: Omit<Subject, "method">): void {
    const fault = this.#due({ ...subject, method: "PUT" }, (kind) => kind === "failedProvisioning");
    if (fault === undefined) return;
    throw new ArmError(
      409,
      "InternalOperationError",
      `Provisioning of ${subject.type} '${subject.name}' failed, as was asked for by a simulated fault.`,
    );
  }

  /** Waits until so many seconds after the start of an operation, also when it was taken up again in between. */
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

/** Answers the paths below `/simulation`. */
export async function simulationApi(cloud: Cloud, request: Request): Promise<Reply> {
  const { simulation, inventory } = cloud;
  switch (`${request.method} ${request.path}`) {
    case "GET /simulation/inventory":
      return {
        status: 200,
        body: {
          resources: inventory.all().map(({ resource }) => resource),
          operationsInProgress: Object.values(inventory.operations).filter(({ status }) => status === "InProgress"),
          registries: cloud.registries.status(),
        },
      };
    case "GET /simulation/delays":
      return { status: 200, body: simulation.delays };
    case "PUT /simulation/delays":
      simulation.set({ delays: { ...noDelays, ...toDelays(await jsonBody(request)) } });
      return { status: 200, body: simulation.delays };
    case "GET /simulation/faults":
      return { status: 200, body: { value: simulation.faults } };
    case "POST /simulation/faults":
      simulation.set({ faults: [...simulation.faults, toFault(await jsonBody(request))] });
      return { status: 201, body: { value: simulation.faults } };
    case "POST /simulation/servicePrincipals":
      return { status: 201, body: addServicePrincipal(inventory, await jsonBody(request)) };
    case "POST /simulation/workflowTokens": {
      const { subject, audience = "api://AzureADTokenExchange" } = await jsonBody(request);
      if (typeof subject !== "string" || typeof audience !== "string")
        throw invalid("subject is missing, or is no text");
      return { status: 201, body: { token: await workflowToken(cloud, subject, audience) } };
    }
    case "POST /simulation/autoscale":
      return { status: 200, body: autoscale(cloud, await jsonBody(request)) };
    case "POST /simulation/upgrade":
      return { status: 200, body: upgrade(cloud, await jsonBody(request)) };
    case "POST /simulation/reset":
      simulation.set({ delays: noDelays, faults: [] });
      inventory.servicePrincipals.length = 0;
      inventory.save();
      return { status: 204 };
    default:
      throw request.path.startsWith("/simulation/") && ["GET", "PUT", "POST"].includes(request.method)
        ? invalidPath(request.path)
        : methodNotAllowed(request.method);
  }
}

function toDelays(body: JsonObject): Partial<Delays> {
  for (const [key, value] of Object.entries(body)) {
    if (!(key in noDelays)) throw invalid(`'${key}' is no delay; there are ${Object.keys(noDelays).join(", ")}`);
    if (typeof value !== "number" || !(value >= 0)) throw invalid(`${key} must be a number of seconds, zero or more`);
  }
  return body;
}

function toFault(body: JsonObject): Fault {
  const { kind, count = 1, method, type, name, retryAfterSeconds } = body;
  if (!faultKinds.includes(kind as FaultKind)) throw invalid(`kind must be one of ${faultKinds.join(", ")}`);
  if (!Number.isInteger(count) || (count as number) < 1) throw invalid("count must be a whole number, one or more");
  if (retryAfterSeconds !== undefined && typeof retryAfterSeconds !== "number") {
    throw invalid("retryAfterSeconds must be a number");
  }
  const texts = { method: asString(method)?.toUpperCase(), type: asString(type), name: asString(name) };
  return {
    kind: kind as FaultKind,
    count: count as number,
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function addServicePrincipal(inventory: Inventory, body: JsonObject) {
  const displayName = asString(body.displayName);
  if (displayName === undefined) throw invalid("displayName is missing");
  const principal = {
    objectId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomBytes(30).toString("base64url"),
    displayName,
    createdAt: new Date().toISOString(),
  };
  inventory.servicePrincipals.push(principal);
  inventory.save();
  return principal;
}

function invalid(message: string): ArmError {
  return new ArmError(400, "InvalidSimulationRequest", message);
}
