/** What was observed of an image: plain data, from which every judgement is made. */
import type { Conditions } from "./podConditions.ts";
import type { Listener } from "./run/listeners.ts";
import type { ImageContent } from "./image/content.ts";

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
}

/** What a request brought: a status, or why there is none. */
export type Answer = { status: number } | { error: "refused" | "cut" | "timeout" };

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
}

/** A restriction of the pod that is left out to see whether it is the one. */
export const loosenings = ["writableRoot", "ownUser", "capabilities", "memory"] as const;
export type Loosening = (typeof loosenings)[number];

export interface Load {
  requests: number;
  /** Requests without an answer or with a 5xx. */
  failed: number;
  /** The first failure, in words. */
  failure?: string;
  seconds: number;
  /** Working set (what the limit counts, less the cache that can be given up), the highest that was seen; bytes. */
  peakMemory?: number;
}

/** What happened between the stop signal and the end. */
export interface Stop {
  /** The end by itself; absent when it had to be killed. */
  exit?: Exit;
  milliseconds: number;
  /** Milliseconds after the signal in which it still answered. */
  servedFor: number;
  /** The answers of the two paths after the signal, in order, without repetitions. */
  ready: Answer[];
  health: Answer[];
}

export interface RunEvidence {
  /** Under all of the pod's restrictions. */
  restricted: Start;
  /** As `docker run` starts it, and what it then wrote outside of mounts. */
  plain: Start & { written: string[] };
  /** Whether it became ready with one restriction left out; tried only when it did not under all, but did under none. */
  trials: Partial<Record<Loosening, boolean>>;
  /** With another PORT. */
  otherPort?: Start & { port: number };
  /** Observed on the first container that became ready, the restricted one or a loosened one; so is what follows. */
  health?: Answer;
  load?: Load;
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
  content: ImageContent;
  conditions: Conditions;
  /** Absent when it was not to be run, or cannot run here. */
  run?: RunEvidence;
}
