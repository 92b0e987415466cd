/**
 * Every cause the doctor can name, in the order in which to fix them: an earlier cause hides later ones. The codes are
 * stable: programs read them, and each has a page in docs/causes/.
 */
export type Stage = "cluster" | "place" | "pull" | "config" | "start" | "run" | "ready" | "open";

/**
 * Whether a rollout can still succeed without a change, as long as this cause stands.
 *
 * - `"possible"`: it can. Nodes join, grants propagate, a registry answers again.
 * - `"impossible"`: it cannot. Only another image, setting or object helps.
 * - a number: it can until this many attempts have failed. An attempt is a pull, or a run of the container. One failure can
 *   be an accident: a dependency that starts later, a registry replica that does not have the image yet.
 */
export type Recovery = "possible" | "impossible" | number;

interface Cause {
  stage: Stage;
  recovery: Recovery;
}

const causes = {
  "no-nodes": { stage: "cluster", recovery: "possible" },
  "nodes-not-ready": { stage: "cluster", recovery: "possible" },
  "nodes-cordoned": { stage: "cluster", recovery: "possible" },
  "disk-pressure": { stage: "cluster", recovery: "possible" },
  "memory-pressure": { stage: "cluster", recovery: "possible" },
  "quota-exceeded": { stage: "cluster", recovery: "possible" },
  "pod-security-refused": { stage: "place", recovery: "impossible" },
  "service-account-missing": { stage: "place", recovery: "impossible" },
  "admission-refused": { stage: "place", recovery: "possible" },
  "insufficient-cpu": { stage: "place", recovery: "possible" },
  "insufficient-memory": { stage: "place", recovery: "possible" },
  "too-many-pods": { stage: "place", recovery: "possible" },
  "taint-not-tolerated": { stage: "place", recovery: "possible" },
  "node-selector-mismatch": { stage: "place", recovery: "possible" },
  "volume-not-bound": { stage: "place", recovery: "possible" },
  "image-name-invalid": { stage: "pull", recovery: "impossible" },
  "image-without-host": { stage: "pull", recovery: 2 },
  "image-without-tag": { stage: "pull", recovery: 2 },
  "registry-name-unresolved": { stage: "pull", recovery: "possible" },
  "registry-unreachable": { stage: "pull", recovery: "possible" },
  "registry-tls": { stage: "pull", recovery: 2 },
  "pull-rate-limited": { stage: "pull", recovery: "possible" },
  "pull-secret-other-namespace": { stage: "pull", recovery: "impossible" },
  "pull-secret-missing": { stage: "pull", recovery: "impossible" },
  "pull-secret-malformed": { stage: "pull", recovery: "impossible" },
  "pull-secret-other-host": { stage: "pull", recovery: "impossible" },
  "pull-secret-wrong-password": { stage: "pull", recovery: "impossible" },
  "acrpull-ignored-by-abac": { stage: "pull", recovery: 2 },
  "acrpull-not-propagated": { stage: "pull", recovery: "possible" },
  "acrpull-on-control-plane": { stage: "pull", recovery: 2 },
  "acrpull-on-client-id": { stage: "pull", recovery: 2 },
  "acrpull-missing": { stage: "pull", recovery: 2 },
  "pull-secret-absent": { stage: "pull", recovery: 2 },
  "registry-unauthorized": { stage: "pull", recovery: "possible" },
  "repository-not-found": { stage: "pull", recovery: 2 },
  "tag-not-found": { stage: "pull", recovery: 2 },
  "digest-not-found": { stage: "pull", recovery: 2 },
  "wrong-platform": { stage: "pull", recovery: "impossible" },
  "image-too-large": { stage: "pull", recovery: "possible" },
  "configmap-missing": { stage: "config", recovery: "impossible" },
  "configmap-key-missing": { stage: "config", recovery: "impossible" },
  "secret-missing": { stage: "config", recovery: "impossible" },
  "secret-key-missing": { stage: "config", recovery: "impossible" },
  "runs-as-root": { stage: "config", recovery: "impossible" },
  "named-user": { stage: "config", recovery: "impossible" },
  "entrypoint-not-found": { stage: "start", recovery: "impossible" },
  "entrypoint-permission-denied": { stage: "start", recovery: "impossible" },
  "exec-format": { stage: "start", recovery: "impossible" },
  "oom-killed": { stage: "run", recovery: 3 },
  "heap-exhausted": { stage: "run", recovery: 3 },
  "storage-limit-exceeded": { stage: "run", recovery: "possible" },
  "read-only-filesystem": { stage: "run", recovery: 3 },
  "environment-variable-missing": { stage: "run", recovery: 3 },
  "environment-variable-invalid": { stage: "run", recovery: 3 },
  "privileged-port": { stage: "run", recovery: 3 },
  "cpu-throttled": { stage: "run", recovery: "possible" },
  "liveness-kills-slow-start": { stage: "run", recovery: "possible" },
  "liveness-kills-busy-process": { stage: "run", recovery: "possible" },
  "sigterm-ignored": { stage: "run", recovery: "possible" },
  "exits-by-itself": { stage: "run", recovery: 3 },
  "application-error": { stage: "run", recovery: 3 },
  "probe-wrong-port": { stage: "ready", recovery: "impossible" },
  "probe-wrong-path": { stage: "ready", recovery: "impossible" },
  "bound-to-loopback": { stage: "ready", recovery: "impossible" },
  "nothing-listens": { stage: "ready", recovery: "possible" },
  "probe-timeout": { stage: "ready", recovery: "possible" },
  "not-ready-by-itself": { stage: "ready", recovery: "possible" },
  // The doctor's own limit: it shows what it saw and does not invent a cause.
  "not-diagnosed": { stage: "open", recovery: "possible" },
} as const satisfies Record<string, Cause>;

export type CauseCode = keyof typeof causes;

export const causeCodes = Object.keys(causes) as readonly CauseCode[];

/** Position in the order of fixing, from 0. */
export const orderOf = (code: CauseCode): number => causeCodes.indexOf(code);

export const stageOf = (code: CauseCode): Stage => causes[code].stage;

export const recoveryFrom = (code: CauseCode): Recovery => causes[code].recovery;

/** The page about a cause, relative to the checkout. */
export const pageOf = (code: CauseCode): string => `docs/causes/${code}.md`;
