/** What was observed of an image: plain data, from which every judgement is made. */
import type { Conditions } from "./podConditions.ts";
import type { ContainerProcess } from "./run/processes.ts";
import type { Listener } from "./run/sockets.ts";
import type { ImageContent } from "./image/content.ts";

export type Dialect = "tls" | "http2" | "unknown" | "no-ipv4";

/** What the image's configuration says. */
export interface ImageConfig {
  /** "linux/amd64", "linux/arm/v7" */
  platform: string;
  user: string;
  /** `NAME=VALUE` */
  environment: string[];
  entrypoint: string[];
  command: string[];
  labels: Record<string, string>;
  /** The signal that stops it; CRI runtimes heed it too. */
  stopSignal: string;
  healthcheck: boolean;
  /** The commands it was made by, with their build arguments. */
  history: string[];
  workingFolder: string;
  /** The command of HEALTHCHECK. */
  healthcheckCommand: string[];
  /** What ONBUILD runs in the builds of others. */
  onBuild: string[];
}

/** What a request brought: a status, or why there is none. */
export type Answer =
  | {
      status: number;
      /** The path that a redirect led to. */
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
  /** What the engine said when it could not be started at all. */
  refused?: string;
  /** Milliseconds from the start to the first good answer of the readiness path. */
  readyAfter?: number;
  /** The last answers; absent when it had ended before it was asked. */
  ready?: Answer;
  health?: Answer;
  exit?: Exit;
  /** Its output, the last 64 KiB. */
  log: string;
  /** What it listens on; absent when that could not be looked up. */
  listeners?: Listener[];
  /** Addresses that it tries to reach and that do not answer. */
  connecting?: Listener[];
  /** Absent when they could not be looked up. */
  processes?: ContainerProcess[];
  /** What its port speaks instead of HTTP/1.1; looked up only when no probe was answered well. */
  dialect?: Dialect;
  /** The container's own address. */
  address?: string;
  /** Ports at which Node's debugger answers from outside of the container. */
  debuggers?: number[];
}

/** A restriction of the pod that is left out to see whether it is the one. */
export const loosenings = ["writableRoot", "ownUser", "capabilities", "memory"] as const;
export type Loosening = (typeof loosenings)[number];

/** What the probes of a path got while the load was on. */
export interface ProbesUnderLoad {
  asked: number;
  failed: number;
  /** The most failures in a row. */
  streak: number;
  /** The last failure. */
  failure?: Answer;
}

export interface Load {
  requests: number;
  /** Requests without an answer or with a 5xx. */
  failed: number;
  /** The first failure, in words. */
  failure?: string;
  /** Answers that began well and had no end within seconds: streams. */
  endless?: number;
  seconds: number;
  /** Working set (what the limit counts, less the cache that can be given up), the highest that was seen; bytes. */
  peakMemory?: number;
  ready?: ProbesUnderLoad;
  health?: ProbesUnderLoad;
  /** The liveness path while a single request was under way; tried only when it failed under the load. */
  besideOne?: Answer;
}

/** What happened between the stop signal and the end. */
export interface Stop {
  /** The signal that was sent, e.g. "SIGTERM". */
  signal: string;
  /** The end by itself; absent when it had to be killed. */
  exit?: Exit;
  milliseconds: number;
  /** Milliseconds after the signal in which it still answered. */
  servedFor: number;
  /** The answers of the paths after the signal, in order, without repetitions. */
  ready: Answer[];
  health: Answer[];
  load: Answer[];
  /** Milliseconds after the signal at which the load's path first answered with a 5xx. */
  loadFailedAfter?: number;
  /** The connection without whose end it did not end: the check closed it, and the process ended. */
  waitedFor?: "busy connection" | "idle connection";
}

export interface RunEvidence {
  /** Under all of the pod's restrictions. */
  restricted: Start;
  /** As `docker run` starts it, and what it then wrote outside of mounts; absent when the check was ended before. */
  plain?: Start & { written: string[] };
  /** How it started with one restriction left out; tried only when it did not under all, but did under none. */
  trials: Partial<Record<Loosening, Start>>;
  /** The fewest restrictions that had to be left out to get it ready; absent when it was ready under all, or never. */
  needed?: readonly Loosening[];
  /** With another PORT. */
  otherPort?: Start & { port: number };
  /** Observed on the first container that became ready, the restricted one or a loosened one; so is what follows. */
  health?: Answer;
  load?: Load;
  /** The processes after the load. */
  processes?: ContainerProcess[];
  stop?: Stop;
  /** How it ended, whoever ended it; absent when none was ever ready. */
  exit?: Exit;
  /** Its output to the end. */
  log: string;
}

export interface Evidence {
  /** As it was asked for, or the name it was built under. */
  reference: string;
  /** The bases its Dockerfile names, when it was built here. */
  bases?: string[];
  config: ImageConfig;
  /** Absent when the check was ended before all layers were read. */
  content?: ImageContent;
  conditions: Conditions;
  /** CPUs of the machine. */
  machineCpus?: number;
  /** Absent when it was not to be run, or cannot run here. */
  run?: RunEvidence;
}
