/** The control API below `/simulation`: shows the inventory, and sets faults and delays. It is not part of Azure, and only the deployer may use it. */
import { randomBytes, randomUUID } from "node:crypto";
import { ArmError, invalidPath, methodNotAllowed } from "./armErrors.ts";
import { autoscale, upgrade } from "./automation.ts";
import type { Cloud } from "./cloud.ts";
import { type Delays, type Fault, type FaultKind, faultKinds, noDelays } from "./faults.ts";
import { workflowToken } from "./federation.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";
import type { Inventory } from "./inventory.ts";
import { noLimits, readLimits } from "./subscriptionLimits.ts";
import { telemetryOf } from "./monitoring/telemetry.ts";
import { managedClusterType } from "./resourceTypes/managedCluster.ts";
import { asString, type JsonObject } from "./jsonValues.ts";

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
    case "GET /simulation/telemetry":
      return {
        status: 200,
        body: { value: inventory.ofType(managedClusterType).map(({ resource }) => telemetryOf(cloud, resource)) },
      };
    case "GET /simulation/limits":
      return { status: 200, body: simulation.limits };
    case "PUT /simulation/limits":
      simulation.set({ limits: readLimits(await jsonBody(request)) });
      return { status: 200, body: simulation.limits };
    case "GET /simulation/faults":
      return { status: 200, body: { value: simulation.faults } };
    case "POST /simulation/faults":
      simulation.set({ faults: [...simulation.faults, toFault(await jsonBody(request))] });
      return { status: 201, body: { value: simulation.faults } };
    case "POST /simulation/servicePrincipals":
      return { status: 201, body: addServicePrincipal(inventory, await jsonBody(request)) };
    case "POST /simulation/workflowTokens": {
      const { subject, audience = "api://AzureADTokenExchange", age = 0 } = await jsonBody(request);
      if (typeof subject !== "string" || typeof audience !== "string" || typeof age !== "number")
        throw invalid("subject and audience must be strings, age must be seconds, and subject is required");
      return { status: 201, body: { token: await workflowToken(cloud, subject, audience, age) } };
    }
    case "POST /simulation/autoscale":
      return { status: 200, body: autoscale(cloud, await jsonBody(request)) };
    case "POST /simulation/upgrade":
      return { status: 200, body: upgrade(cloud, await jsonBody(request)) };
    case "POST /simulation/reset":
      simulation.set({ delays: noDelays, faults: [], limits: noLimits });
      inventory.servicePrincipals.length = 0;
      delete inventory.simulation.deletedVaults;
      delete inventory.simulation.deletedVaultObjects;
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
    if (!(key in noDelays)) throw invalid(`'${key}' is not a delay: use ${Object.keys(noDelays).join(", ")}`);
    if (typeof value !== "number" || !(value >= 0)) throw invalid(`${key} must be a number of seconds, at least 0`);
  }
  return body;
}

function toFault(body: JsonObject): Fault {
  const { kind, count = 1, method, type, name, retryAfterSeconds } = body;
  if (!faultKinds.includes(kind as FaultKind)) throw invalid(`kind must be one of ${faultKinds.join(", ")}`);
  if (!Number.isInteger(count) || (count as number) < 1) throw invalid("count must be a whole number, at least 1");
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
