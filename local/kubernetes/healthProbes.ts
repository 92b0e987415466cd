/**
 * The probes that Azure's load balancer sends to a Service. A load balancer forwards nothing to a backend whose probe fails,
 * even if the pods are ready.
 *
 * As in cloud-provider-azure: pkg/provider/azure_loadbalancer_healthprobe.go, and
 * https://learn.microsoft.com/azure/aks/configure-load-balancer-standard#default-health-probe-behavior
 */
import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import type { V1Service, V1ServicePort } from "@kubernetes/client-node";

export interface HealthProbe {
  protocol: "tcp" | "http" | "https";
  /** The node port that gets the probe. */
  port: number;
  /** Only with http and https; the answer must be 200. */
  path?: string;
}

const prefix = "service.beta.kubernetes.io/";
const ofAllPorts = `${prefix}azure-load-balancer-health-probe-`;
const ofPort = (port: number, name: string) => `${prefix}port_${port}_health-probe_${name}`;

/** Failures in a row after which a backend counts as down: cloud-provider-azure's default. */
export const missesUntilDown = 2;
const timeoutMilliseconds = 2000;

/** The probes of a Service: one per port, except for UDP. */
export function healthProbes({ metadata, spec }: V1Service): HealthProbe[] {
  const annotations = metadata?.annotations ?? {};
  const ports = (spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
  const local = spec?.externalTrafficPolicy === "Local" ? spec.healthCheckNodePort : undefined;
  return ports.flatMap((port): HealthProbe[] => {
    const own = (name: string) => annotations[ofPort(port.port, name)];
    const without = ["no_lb_rule", "no_probe_rule"].some(
      (rule) => annotations[`${prefix}port_${port.port}_${rule}`] === "true",
    );
    if (without) return [];
    const askedPort = own("port");
    // kube-proxy answers for the pods of this node, unless a port is named.
    if (askedPort === undefined && local !== undefined) return [{ protocol: "http", port: local, path: "/healthz" }];
    const nodePort = askedPort === undefined ? port.nodePort : nodePortOf(askedPort, ports);
    if (nodePort === undefined) return [];
    const protocol = (own("protocol") ?? port.appProtocol ?? annotations[`${ofAllPorts}protocol`] ?? "tcp")
      .trim()
      .toLowerCase();
    if (protocol !== "http" && protocol !== "https") return [{ protocol: "tcp", port: nodePort }];
    const path = own("request-path") ?? annotations[`${ofAllPorts}request-path`] ?? "/";
    return [{ protocol, port: nodePort, path }];
  });
}

/** A port by the name or number that the Service gives it; any other number is a port of the node. */
function nodePortOf(asked: string, ports: readonly V1ServicePort[]): number | undefined {
  const found = ports.find(({ name, port }) => name === asked || String(port) === asked);
  if (found !== undefined) return found.nodePort;
  return /^\d+$/.test(asked) ? Number(asked) : undefined;
}

/** Whether a backend passes a probe: it answers a request with 200, or accepts a connection. */
export function answers({ protocol, port, path }: HealthProbe, host: string): Promise<boolean> {
  if (protocol === "tcp") {
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: timeoutMilliseconds });
      const end = (answer: boolean) => {
        socket.destroy();
        resolve(answer);
      };
      socket.once("connect", () => end(true));
      socket.once("timeout", () => end(false));
      socket.once("error", () => end(false));
    });
  }
  // Azure does not check the certificate of an https probe.
  const options = { host, port, path, timeout: timeoutMilliseconds, agent: false, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const asked = (protocol === "http" ? http : https).get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(false));
  });
}

/** Which Services are healthy, from one round of probes to the next. */
export class Health {
  readonly #misses = new Map<string, number>();

  /** Records a Service's result of a round. One success makes it healthy, and several failures in a row make it unhealthy. */
  take(service: string, answered: boolean): void {
    this.#misses.set(service, answered ? 0 : (this.#misses.get(service) ?? missesUntilDown) + 1);
  }

  /** Undefined: not probed yet. */
  of(service: string): boolean | undefined {
    const misses = this.#misses.get(service);
    return misses === undefined ? undefined : misses < missesUntilDown;
  }

  forget(service: string): void {
    this.#misses.delete(service);
  }
}
