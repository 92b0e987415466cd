/** Settings of the checks that Kubernetes makes: does the process live, may it get requests, how long may it take to start? */
import { workloadDefaults, type WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { probeBounds, workloadBounds } from "@tarmac/components/workload/workloadBounds";
import { samePathProblem } from "@tarmac/components/workload/workloadValidation";
import { httpPathProblem } from "@tarmac/validate/kubernetesNames";
import { integer, text, type Setting } from "@tarmac/validate/settingDeclaration";
import { range, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const probeSettings = {
  ...probe("liveness", "is the process beyond help, so that it must be restarted?"),
  ...probe("readiness", "may the pod get requests now?"),
  startupSeconds: integer({
    default: workloadDefaults.startupSeconds,
    description:
      "Seconds a slow starter may take until the liveness path answers; the other checks wait for it. 0: no such wait.",
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
      problem: httpPathProblem,
    }),
  } as Record<`${Kind}Path`, Setting<string>>;
  const numbers = {
    [key("InitialDelaySeconds")]: number(
      "initialDelaySeconds",
      `Seconds from the container's start to the first ${kind} check.`,
    ),
    [key("PeriodSeconds")]: number("periodSeconds", `Seconds between two ${kind} checks.`),
    [key("TimeoutSeconds")]: number(
      "timeoutSeconds",
      `Seconds a ${kind} check may take; under a CPU limit at least 2.`,
    ),
    [key("FailureThreshold")]: number("failureThreshold", `Failed ${kind} checks in a row that count.`),
  } as Record<
    `${Kind}${"InitialDelaySeconds" | "PeriodSeconds" | "TimeoutSeconds" | "FailureThreshold"}`,
    Setting<number>
  >;
  return { ...paths, ...numbers };
}

/** The values of these settings. */
type Settings = ValuesOf<typeof probeSettings>;
type Finding = FindingOf<Settings>;

export const probeArgs = (s: Settings): Pick<WorkloadArgs, "liveness" | "readiness" | "startupSeconds"> => ({
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
});

export const probeProblems = (s: Settings): Finding[] => [
  ["readinessPath", samePathProblem(s.livenessPath, s.readinessPath)],
];
