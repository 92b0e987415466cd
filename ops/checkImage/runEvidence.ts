/** Observations about an image, as plain data. Every judgement is based on them. */
import type { Conditions } from "./podConditions.ts";
import type { ContainerProcess } from "./run/containerProcesses.ts";
import type { Listener } from "./run/sockets.ts";
import type { ImageContent } from "./image/content.ts";
import type { ScannedImage } from "./vulnerabilities/knownVulnerability.ts";

export type Dialect = "tls" | "http2" | "unknown" | "no-ipv4";

/** The image's configuration. */
export interface ImageConfig {
  /** "linux/amd64", "linux/arm/v7" */
  platform: string;
  user: string;
  /** `NAME=VALUE` */
  environment: string[];
  entrypoint: string[];
  command: string[];
  labels: Record<string, string>;
  /** Its stop signal; CRI runtimes use it too. */
  stopSignal: string;
  healthcheck: boolean;
  /** The commands that built it, with their build arguments. */
  history: string[];
  workingFolder: string;
  /** The command of HEALTHCHECK. */
  healthcheckCommand: string[];
  /** What ONBUILD runs in derived builds. */
  onBuild: string[];
}

/** The result of a request: a status, or why there is none. */
export type Answer =
  | {
      status: number;
      /** The target path of a redirect. */
      redirected?: string;
    }
  | { error: "refused" | "cut" | "timeout" | "redirects" };

export interface Exit {
  code: number;
  /** The kernel killed it, or one of its children, at the memory limit. */
  outOfMemory: boolean;
}

/** How a container started. */
export interface Start {
  /** The engine's error if it could not be started. */
  refused?: string;
  /** Milliseconds from the start to the first success of the readiness path. */
  readyAfter?: number;
  /** The last answers; absent if it ended before the first request. */
  ready?: Answer;
  health?: Answer;
  exit?: Exit;
  /** The last 64 KiB of its output. */
  log: string;
  /** Where it listens; absent if unknown. */
  listeners?: Listener[];
  /** Addresses that it tries to reach and that do not answer. */
  connecting?: Listener[];
  /** Absent if unknown. */
  processes?: ContainerProcess[];
  /** The port's protocol if it is not HTTP/1.1; checked only if no probe succeeded. */
  dialect?: Dialect;
  /** The container's own address. */
  address?: string;
  /** Ports where Node's debugger is reachable from outside the container. */
  debuggers?: number[];
}

/** A restriction of the pod that is left out to test whether it is the cause. */
export const loosenings = ["writableRoot", "ownUser", "capabilities", "memory"] as const;
export type Loosening = (typeof loosenings)[number];

/** Results of a path's probes during the load. */
export interface ProbesUnderLoad {
  asked: number;
  failed: number;
  /** Most consecutive failures. */
  streak: number;
  /** The last failure. */
  failure?: Answer;
}

export interface Load {
  requests: number;
  /** Requests without an answer or with a 5xx. */
  failed: number;
  /** The first failure, as text. */
  failure?: string;
  /** Successful responses that did not end within seconds: streams. */
  endless?: number;
  seconds: number;
  /** Highest observed working set in bytes (what counts toward the limit, minus reclaimable cache). */
  peakMemory?: number;
  ready?: ProbesUnderLoad;
  health?: ProbesUnderLoad;
  /** The liveness path during a single request; tested only if it failed under the load. */
  besideOne?: Answer;
}

/** Events between the stop signal and the exit. */
export interface Stop {
  /** The signal sent, e.g. "SIGTERM". */
  signal: string;
  /** Its own exit; absent if it had to be killed. */
  exit?: Exit;
  milliseconds: number;
  /** How long it still answered after the signal, in milliseconds. */
  servedFor: number;
  /** The answers of the paths after the signal, in order, without repetitions. */
  ready: Answer[];
  health: Answer[];
  load: Answer[];
  /** Milliseconds after the signal until the load's path first answered with a 5xx. */
  loadFailedAfter?: number;
  /** The connection that the process waited for: it ended once the check closed the connection. */
  waitedFor?: "busy connection" | "idle connection";
}

export interface RunEvidence {
  /** With all of the pod's restrictions. */
  restricted: Start;
  /** As `docker run` starts it, with the files it then wrote outside mounts; absent if the check ended earlier. */
  plain?: Start & { written: string[] };
  /** Starts with one restriction left out; tried only if it failed with all of them and worked without. */
  trials: Partial<Record<Loosening, Start>>;
  /** The fewest restrictions to leave out for it to become ready; absent if it was ready with all, or never. */
  needed?: readonly Loosening[];
  /** With another PORT. */
  otherPort?: Start & { port: number };
  /** This and the following fields are from the first container that became ready, restricted or loosened. */
  health?: Answer;
  load?: Load;
  /** The processes after the load. */
  processes?: ContainerProcess[];
  stop?: Stop;
  /** How it ended, for whatever reason; absent if none was ever ready. */
  exit?: Exit;
  /** Its output up to the end. */
  log: string;
}

export interface Evidence {
  /** As requested, or the name it was built under. */
  reference: string;
  /** The bases in its Dockerfile, if it was built here. */
  bases?: string[];
  /** The digest that the tag of a pinned base has now, by base; without those whose registry does not tell. */
  currentBases?: Readonly<Record<string, string>>;
  config: ImageConfig;
  /** Absent if the check ended before all layers were read. */
  content?: ImageContent;
  /** Absent if no scanner was to run, or if nothing is known. */
  vulnerabilities?: ScannedImage;
  conditions: Conditions;
  /** CPUs of the machine. */
  machineCpus?: number;
  /** Absent if it was not to be run, or cannot run here. */
  run?: RunEvidence;
}
