/**
 * Workloads that were broken on the local environment, or only look broken, recorded by `npm run doctor -- --record`.
 * `observed/NAME.json` has the parts that the diagnosis reads. Messages, owners and combinations differ on purpose.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CauseCode } from "../../../../ops/doctor/causes/causeCodes.ts";
import { completed, type Observation } from "../../../../ops/doctor/observation.ts";

export interface ObservedCase {
  name: string;
  made: string;
  /** Undefined if the workload is healthy. */
  code?: CauseCode;
  /** Text that the title must contain. */
  says?: RegExp;
  /** A command that the fix must contain. It was run as printed, and the workload was healthy afterwards. */
  fixedBy?: string;
}

export const observedOf = ({ name }: ObservedCase): Observation =>
  completed(JSON.parse(readFileSync(join(__dirname, "observed", `${name}.json`), "utf8")) as Observation);

export const observedCases: readonly ObservedCase[] = [
  {
    name: "log-of-requests",
    made: "log with an image name, a 404 and a 401, before the error that ends the process",
    code: "application-error",
    says: /billing token/,
  },
  {
    name: "log-about-memory",
    made: "StatefulSet whose log mentions OOM and ends with another error",
    code: "application-error",
    says: /license/,
  },
  {
    name: "log-in-german",
    made: "error in German before an uninformative last line",
    code: "application-error",
    says: /Fehler: Verbindung/,
  },
  {
    name: "log-of-java",
    made: "cause of a Java exception, in its last part",
    code: "host-not-found",
    says: /orders-db/,
  },
  {
    name: "log-of-go",
    made: "panic of Go with a refused connection, after a line about its own port",
    code: "dependency-unreachable",
    says: /port 6379 of its own pod/,
  },
  {
    name: "sidecar-over-its-limit",
    made: "native sidecar of a StatefulSet that exceeds its limit",
    code: "oom-killed",
    says: /proxy/,
  },
  {
    name: "init-waits",
    made: "init container that waits for a Service that does not exist",
    code: "init-container-waits",
    says: /no Service "pg"/,
  },
  {
    name: "cronjob-crashes",
    made: "CronJob whose process crashes",
    code: "process-crashed",
    says: /signal/,
  },
  {
    name: "job-without-permission",
    made: "Job that executes a file without permission",
    code: "entrypoint-permission-denied",
    says: /\/etc\/passwd/,
  },
  {
    name: "probe-grpc-to-http",
    made: "gRPC probe of a port that speaks HTTP",
    code: "probe-scheme-mismatch",
    says: /does not speak gRPC/,
  },
  {
    name: "probe-grpc-other-port",
    made: "gRPC probe of another port than the log says",
    code: "probe-wrong-port",
    says: /50051.*9090/,
  },
  {
    name: "liveness-of-loopback",
    made: "liveness probe of a process that listens on localhost",
    code: "bound-to-loopback",
    says: /localhost/,
  },
  {
    name: "liveness-path",
    made: "liveness path that the process does not serve",
    code: "probe-wrong-path",
    says: /404, so the container is killed/,
    fixedBy: "tcpSocket",
  },
  {
    name: "startup-path",
    made: "startup path that the process does not serve",
    code: "probe-wrong-path",
    says: /404, so the container is killed/,
    fixedBy: '"path":"/ready"',
  },
  {
    name: "liveness-of-busy-process",
    made: "process that blocks long after its start",
    code: "liveness-kills-busy-process",
    says: /busy/,
  },
  {
    name: "write-to-configmap",
    made: "process that appends to a file of a ConfigMap",
    code: "path-not-writable",
    says: /holds a ConfigMap/,
  },
  {
    name: "volume-of-root",
    made: "hostPath that belongs to root",
    code: "path-not-writable",
    says: /\/data\/a/,
  },
  {
    name: "optional-secret",
    made: "Secret that is missing and optional",
  },
  {
    name: "daemonset-key",
    made: "DaemonSet whose volume names a misspelled key",
    code: "configmap-key-missing",
    says: /settings\.json/,
  },
  {
    name: "claim-template-class",
    made: "StatefulSet whose claim template names a class that does not exist",
    code: "storage-class-missing",
    says: /"fast"/,
  },
  {
    name: "daemonset-architecture",
    made: "DaemonSet that requires an architecture that no node has",
    code: "daemonset-without-nodes",
    says: /arm64/,
  },
  {
    name: "node-name",
    made: "Deployment with the nodeName of no node",
    code: "node-missing",
    says: /aks-node-77/,
    fixedBy: '"nodeName":null',
  },
];
