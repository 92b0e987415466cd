/** The probes of a container with their latest failure. */
import { type Container, type Event, lastSeen, type Probe } from "../../cluster/kubernetesObjects.ts";
import { parseProbeReport, type ProbeKind, type ProbeReport } from "./probeReport.ts";

export interface ProbeFacts {
  kind: ProbeKind;
  spec: Probe;
  /** Port number, even if the probe refers to the port by name. */
  port?: number;
  /** The port's name, if the container has no port of that name. */
  missingPort?: string;
  /** The latest failure, and its event. */
  report?: ProbeReport;
  event?: Event;
  /** The event in which the kubelet killed the container because of this probe, within the last 15 minutes. */
  kill?: Event;
}

/** How long a kill counts: longer than the longest back-off (5 min). */
const recentMilliseconds = 15 * 60_000;

/** Result of the doctor's own connection to a port of the pod. */
export type AskedPort = (port: number) => "refused" | "open" | undefined;

/** @param events of the container, newest first */
export function probesOf(spec: Container, events: readonly Event[], now: number, asked: AskedPort): ProbeFacts[] {
  const specs: [ProbeKind, Probe | undefined][] = [
    ["startup", spec.startupProbe],
    ["liveness", spec.livenessProbe],
    ["readiness", spec.readinessProbe],
  ];
  return specs.flatMap(([kind, probe]) => {
    if (probe === undefined) return [];
    const reports = events.flatMap((event) => {
      if (event.reason !== "Unhealthy") return [];
      const report = parseProbeReport(event.message ?? "", probe.exec !== undefined);
      return report?.kind === kind ? [{ report, event }] : [];
    });
    const kill = events.find(
      (event) =>
        event.reason === "Killing" &&
        // "Container web failed ..."; for init containers and sidecars, "Init container proxy failed ...".
        new RegExp(`^(?:Init )?[Cc]ontainer \\S+ failed ${kind} probe`).test(event.message ?? "") &&
        now - lastSeen(event) < recentMilliseconds,
    );
    const at = portOf(spec, probe);
    const [latest] = reports;
    const told =
      latest === undefined
        ? {}
        : { ...latest, report: { ...latest.report, ...decided(latest.report, at.port, asked) } };
    return [{ kind, spec: probe, ...at, ...told, ...(kill === undefined ? {} : { kill }) }];
  });
}

/** For gRPC the kubelet only reports that there was no connection: testing the port shows why. */
function decided({ answer }: ProbeReport, port: number | undefined, asked: AskedPort): Partial<ProbeReport> {
  if (answer !== "grpc-no-connection" || port === undefined) return {};
  const found = asked(port);
  return found === undefined ? {} : { answer: found === "refused" ? "refused" : "not-grpc", port };
}

function portOf(container: Container, probe: Probe): Pick<ProbeFacts, "port" | "missingPort"> {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  if (port === undefined) return {};
  if (typeof port === "number") return { port };
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return { port: named };
  return /^\d+$/.test(port) ? { port: Number(port) } : { missingPort: port };
}

/** Seconds from a container's start until the probe's failures take effect. */
export function budget({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

/** `readiness probe: GET /ready on port 8080, initial delay 0 s, ...`, for evidence. */
export function describeProbe({ kind, spec }: ProbeFacts): string {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = spec;
  return `${kind} probe: ${actionOf(spec)}, initial delay ${initialDelaySeconds} s, period ${periodSeconds} s, timeout ${timeoutSeconds} s, failure threshold ${failureThreshold}`;
}

export function actionOf({ httpGet, tcpSocket, exec, grpc }: Probe): string {
  if (httpGet !== undefined) {
    const scheme = httpGet.scheme === "HTTPS" ? " over HTTPS" : "";
    return `GET ${httpGet.path ?? "/"} on port ${httpGet.port}${scheme}`;
  }
  if (tcpSocket !== undefined) return `TCP port ${tcpSocket.port}`;
  if (exec !== undefined) return `exec ${(exec.command ?? []).join(" ")}`;
  return `gRPC port ${grpc?.port ?? "?"}`;
}
