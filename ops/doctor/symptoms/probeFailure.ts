/** The probes of a container, and what their failures say. */
import type { Event, Probe } from "../../cluster/kubernetesObjects.ts";
import { type ContainerView, findEvent, type PodView } from "../podView.ts";

export type ProbeKind = "liveness" | "readiness" | "startup";

export const probeOf = ({ spec }: ContainerView, kind: ProbeKind): Probe | undefined =>
  ({ liveness: spec.livenessProbe, readiness: spec.readinessProbe, startup: spec.startupProbe })[kind];

/** Number of a probe's port, also if the probe names it; undefined if the container has no port of that name. */
export function portOf(container: ContainerView, probe: Probe): number | undefined {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  if (typeof port === "number") return port;
  if (port === undefined) return undefined;
  const named = container.spec.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

/** Seconds from a container's start until the probe's failures take effect. */
export function budget(probe: Probe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

export function describeProbe(kind: ProbeKind, probe: Probe): string {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe;
  const what =
    probe.httpGet !== undefined
      ? `GET ${probe.httpGet.path ?? "/"} on port ${probe.httpGet.port}`
      : probe.tcpSocket !== undefined
        ? `TCP port ${probe.tcpSocket.port}`
        : probe.exec !== undefined
          ? `exec ${(probe.exec.command ?? []).join(" ")}`
          : "gRPC";
  return `${kind} probe: ${what}, initial delay ${initialDelaySeconds} s, period ${periodSeconds} s, timeout ${timeoutSeconds} s, failure threshold ${failureThreshold}`;
}

const title = (kind: ProbeKind): string => kind.charAt(0).toUpperCase() + kind.slice(1);

/** The latest failure of a probe of this container. */
export function probeFailure(view: PodView, container: ContainerView, kind: ProbeKind): Event | undefined {
  const events = view.events.filter(
    ({ involvedObject }) =>
      involvedObject.fieldPath === undefined || involvedObject.fieldPath.endsWith(`{${container.name}}`),
  );
  return findEvent({ events }, ["Unhealthy"], new RegExp(`^${title(kind)} probe (failed|errored)`));
}

export type Answer = "refused" | "timeout" | "client-error" | "server-error" | "other";

/** How the process answered a probe, read from the kubelet's message. */
export function answerIn(message: string): { answer: Answer; status?: number } {
  const status = /statuscode: (\d+)/i.exec(message)?.[1];
  if (status !== undefined) {
    const number = Number(status);
    return { answer: number >= 500 ? "server-error" : number >= 400 ? "client-error" : "other", status: number };
  }
  if (/connection refused|connection reset|EOF/i.test(message)) return { answer: "refused" };
  if (/deadline exceeded|Client\.Timeout|i\/o timeout|timed out/i.test(message)) return { answer: "timeout" };
  return { answer: "other" };
}
