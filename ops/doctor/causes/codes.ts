/**
 * Every cause the doctor can name, in the order in which to mend: what stands first keeps what stands later from being
 * seen. The codes are stable: programs read them, and each has a page in docs/causes/.
 */
export const stages = {
  cluster: ["no-nodes", "nodes-not-ready", "nodes-cordoned", "disk-pressure", "memory-pressure", "quota-exceeded"],
  place: [
    "pod-security-refused",
    "service-account-missing",
    "admission-refused",
    "insufficient-cpu",
    "insufficient-memory",
    "too-many-pods",
    "taint-not-tolerated",
    "node-selector-mismatch",
    "volume-not-bound",
  ],
  pull: [
    "image-name-invalid",
    "image-without-host",
    "image-without-tag",
    "registry-name-unresolved",
    "registry-unreachable",
    "registry-tls",
    "pull-rate-limited",
    "pull-secret-other-namespace",
    "pull-secret-missing",
    "pull-secret-malformed",
    "pull-secret-other-host",
    "pull-secret-wrong-password",
    "acrpull-ignored-by-abac",
    "acrpull-not-propagated",
    "acrpull-on-control-plane",
    "acrpull-on-client-id",
    "acrpull-missing",
    "pull-secret-absent",
    "registry-unauthorized",
    "repository-not-found",
    "tag-not-found",
    "digest-not-found",
    "wrong-platform",
    "image-too-large",
  ],
  config: [
    "configmap-missing",
    "configmap-key-missing",
    "secret-missing",
    "secret-key-missing",
    "runs-as-root",
    "named-user",
  ],
  start: ["entrypoint-not-found", "entrypoint-permission-denied", "exec-format"],
  run: [
    "oom-killed",
    "heap-exhausted",
    "storage-limit-exceeded",
    "read-only-filesystem",
    "environment-variable-missing",
    "environment-variable-invalid",
    "privileged-port",
    "cpu-throttled",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "sigterm-ignored",
    "exits-by-itself",
    "application-error",
  ],
  ready: [
    "probe-wrong-port",
    "probe-wrong-path",
    "bound-to-loopback",
    "nothing-listens",
    "probe-timeout",
    "not-ready-by-itself",
  ],
  /** The doctor's own limit: what it saw is shown as it is, and no cause is made up. */
  open: ["not-diagnosed"],
} as const;

export type Stage = keyof typeof stages;
export type CauseCode = (typeof stages)[Stage][number];

export const causeCodes: readonly CauseCode[] = Object.values(stages).flat();

/** Place in the order of mending, from 0. */
export const orderOf = (code: CauseCode): number => causeCodes.indexOf(code);

export function stageOf(code: CauseCode): Stage {
  const found = (Object.keys(stages) as Stage[]).find((stage) => (stages[stage] as readonly string[]).includes(code));
  return found ?? "open";
}

/** The page about a cause, relative to the checkout. */
export const pageOf = (code: CauseCode): string => `docs/causes/${code}.md`;
