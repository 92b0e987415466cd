/** Probe settings: liveness, readiness, and the time that a start may take. */
import { workloadDefaults, type WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { probeBounds, workloadBounds } from "@tarmac/components/workload/workloadBounds";
import {
  lateReadinessProblem,
  probeTimeoutProblem,
  samePathProblem,
} from "@tarmac/components/workload/workloadValidation";
import { httpPathProblem } from "@tarmac/validate/kubernetesNames";
import { integer, text, type Setting } from "@tarmac/validate/settingDeclaration";
import { pathSecretProblem } from "./plainSecrets.ts";
import { range, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const probeSettings = {
  ...probe("liveness", "a failing check restarts the container."),
  ...probe("readiness", "a failing check stops requests to the pod."),
  startupSeconds: integer({
    default: workloadDefaults.startupSeconds,
    description:
      "Time that the process may take to start; liveness and readiness checks wait until then. 0: no startup probe.",
    problem: range(...workloadBounds.startupSeconds),
  }),
};

function probe<Kind extends "liveness" | "readiness">(kind: Kind, question: string) {
  const defaults = workloadDefaults[kind];
  const key = <Suffix extends string>(suffix: Suffix) => `${kind}${suffix}` as const;
  const number = (property: keyof typeof probeBounds, description: string) =>
    integer({ default: defaults[property], description, problem: range(...probeBounds[property]) });
  const paths = {
    [key("Path")]: text({
      default: defaults.path,
      description: `Path of the ${kind} probe: ${question}`,
      problem: (path: string) => httpPathProblem(path) ?? pathSecretProblem(path),
    }),
  } as Record<`${Kind}Path`, Setting<string>>;
  const numbers = {
    [key("InitialDelaySeconds")]: number(
      "initialDelaySeconds",
      `Time from the start of the container to the first ${kind} check.`,
    ),
    [key("PeriodSeconds")]: number("periodSeconds", `Time between two ${kind} checks.`),
    [key("TimeoutSeconds")]: number("timeoutSeconds", `Timeout of a ${kind} check; use at least 2 with a CPU limit.`),
    [key("FailureThreshold")]: number(
      "failureThreshold",
      `Consecutive failed ${kind} checks that make the probe fail.`,
    ),
  } as Record<
    `${Kind}${"InitialDelaySeconds" | "PeriodSeconds" | "TimeoutSeconds" | "FailureThreshold"}`,
    Setting<number>
  >;
  return { ...paths, ...numbers };
}

/** The values of these settings. */
type Settings = ValuesOf<typeof probeSettings>;
type Finding = FindingOf<Settings>;

export const probeArgs = (s: Settings) =>
  ({
    startupSeconds: s.startupSeconds,
    liveness: {
      path: s.livenessPath,
      initialDelaySeconds: s.livenessInitialDelaySeconds,
      periodSeconds: s.livenessPeriodSeconds,
      timeoutSeconds: s.livenessTimeoutSeconds,
      failureThreshold: s.livenessFailureThreshold,
    },
    readiness: {
      path: s.readinessPath,
      initialDelaySeconds: s.readinessInitialDelaySeconds,
      periodSeconds: s.readinessPeriodSeconds,
      timeoutSeconds: s.readinessTimeoutSeconds,
      failureThreshold: s.readinessFailureThreshold,
    },
  }) satisfies Pick<WorkloadArgs, "liveness" | "readiness" | "startupSeconds">;

export const probeProblems = (s: Settings): Finding[] => [
  ["readinessPath", samePathProblem(s.livenessPath, s.readinessPath)],
  ["livenessTimeoutSeconds", probeTimeoutProblem(probeArgs(s).liveness)],
  ["readinessTimeoutSeconds", probeTimeoutProblem(probeArgs(s).readiness)],
  ["readinessInitialDelaySeconds", lateReadinessProblem(probeArgs(s))],
  [
    "livenessInitialDelaySeconds",
    s.startupSeconds > 0 && s.livenessInitialDelaySeconds > s.startupSeconds
      ? `${s.livenessInitialDelaySeconds} s are longer than startupSeconds, ${s.startupSeconds}, until which the liveness checks wait anyway: use one of the two`
      : undefined,
  ],
];
