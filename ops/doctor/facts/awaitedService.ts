/** What keeps a Service from answering a process that waits for it, as far as the API server knows. */
import type { Service } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";
import { hostIn, serviceAt } from "./clusterHost.ts";

export type ServiceTrouble =
  | { kind: "missing"; name: string }
  | { kind: "port-missing"; service: Service; ports: number[] }
  | { kind: "not-ready"; service: Service };

/** @returns undefined if the Service can answer, is of another namespace, or could not be read */
export function serviceTrouble(observation: Observation, host: string, port?: number): ServiceTrouble | undefined {
  const { services, reach, target } = observation;
  if (services === undefined) return undefined;
  const service = serviceAt(observation, host);
  if (service === undefined) {
    const { service: name, namespace, inCluster } = hostIn(observation, host);
    return inCluster && namespace === target.namespace ? { kind: "missing", name } : undefined;
  }
  const { type, clusterIP, ports = [], selector = {} } = service.spec ?? {};
  if (type === "ExternalName") return undefined;
  const numbers = ports.map((one) => one.port);
  // The name of a headless Service is the pods' addresses, so any port of theirs can be asked.
  if (port !== undefined && clusterIP !== "None" && numbers.length > 0 && !numbers.includes(port))
    return { kind: "port-missing", service, ports: numbers };
  if (reach?.endpointSlices === undefined || Object.keys(selector).length === 0) return undefined;
  const ready = reach.endpointSlices
    .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === service.metadata?.name)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .some(({ conditions }) => conditions?.ready !== false);
  return ready ? undefined : { kind: "not-ready", service };
}
