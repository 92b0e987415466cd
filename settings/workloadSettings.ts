/** Settings of the service itself: how many pods, what each gets, how it stops, and what it may write to. */
import {
  type Autoscale,
  workloadDefaults,
  type WorkloadArgs,
  type WritablePath,
} from "@tarmac/components/workload/workloadArgs";
import {
  autoscaleProblem,
  autoscaleShape,
  defaultCpuPercent,
  unreachableGoalProblem,
} from "@tarmac/components/workload/autoscaler";
import { workloadBounds } from "@tarmac/components/workload/workloadBounds";
import {
  besideAutoscaleProblem,
  gracePeriodProblem,
  ownLabelProblem,
} from "@tarmac/components/workload/workloadValidation";
import { memoryPathsProblem, writablePathProblem } from "@tarmac/components/workload/writableFolders";
import { allowing, firstProblem } from "@tarmac/validate/valueCheck";
import { annotationKeyProblem, dnsLabelProblem } from "@tarmac/validate/kubernetesNames";
import { cpuProblem, memoryProblem, requestOverLimitProblem } from "@tarmac/validate/quantity";
import { flag, integer, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { exposureArgs, type exposureSettings } from "./exposureSettings.ts";
import { placementArgs, type placementSettings } from "./placementSettings.ts";
import { probeArgs, probeProblems, probeSettings } from "./probeSettings.ts";
import { range, textsEach, type FindingOf } from "./allowedValues.ts";
import { valueArgs, type valueSettings } from "./valueSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const workloadSettings = {
  namespace: optionalText({ description: "Kubernetes namespace. Default: the app's name.", problem: dnsLabelProblem }),
  replicas: integer({
    default: workloadDefaults.replicas,
    description: "Number of pods, unless autoscale decides.",
    problem: range(...workloadBounds.replicas),
  }),
  autoscale: map<unknown>({
    default: {},
    description: `Lets the load decide about the number of pods; the percentages are of what a pod requests, ${defaultCpuPercent} of CPU when none is given. Default: replicas.`,
    problem: allowing(`\`${autoscaleShape}\``, (bounds: Record<string, unknown>) =>
      Object.keys(bounds).length === 0 ? undefined : autoscaleProblem(bounds),
    ),
  }),
  port: integer({
    default: workloadDefaults.port,
    description: "Port the process listens on, told to it as PORT.",
    problem: range(...workloadBounds.port),
  }),
  memoryRequest: text({
    default: workloadDefaults.requests.memory,
    description: "Memory the scheduler reserves for a pod.",
    problem: memoryProblem,
  }),
  cpuRequest: text({
    default: workloadDefaults.requests.cpu,
    description: "CPU the scheduler reserves for a pod.",
    problem: cpuProblem,
  }),
  memoryLimit: text({
    default: workloadDefaults.limits.memory,
    description: "Memory over which a pod is killed.",
    problem: memoryProblem,
  }),
  cpuLimit: text({
    default: workloadDefaults.limits.cpu,
    description: "CPU over which a pod is slowed down.",
    problem: cpuProblem,
  }),
  ...probeSettings,
  preStopSeconds: integer({
    default: workloadDefaults.preStopSeconds,
    description: "Pause before SIGTERM, in which load balancers take note that the pod goes.",
    problem: range(...workloadBounds.preStopSeconds),
  }),
  drainSeconds: integer({
    default: workloadDefaults.drainSeconds,
    description: "Seconds the process goes on serving after SIGTERM, told to it as DRAIN_SECONDS.",
    problem: range(...workloadBounds.drainSeconds),
  }),
  gracePeriodSeconds: integer({
    default: workloadDefaults.gracePeriodSeconds,
    description: "Seconds from the start of the pause to SIGKILL.",
    problem: range(...workloadBounds.gracePeriodSeconds),
  }),
  tmpSize: text({
    default: workloadDefaults.tmpSize,
    description: "Size of the writable /tmp.",
    problem: memoryProblem,
  }),
  writablePaths: map<WritablePath>({
    default: {},
    description: "Further writable folders, empty at each start of a pod. Default: none.",
    problem: allowing('size by path, `"128Mi"` or `{size: "16Mi", memory: true}`', (folders: Record<string, unknown>) =>
      firstProblem(Object.entries(folders), ([path, size]) => writablePathProblem(path, size)),
    ),
  }),
  writableRoot: flag({
    default: workloadDefaults.writableRoot,
    description: "A loosening: the process may write anywhere in its container, and so may whoever takes it over.",
  }),
  userId: integer({
    default: workloadDefaults.userId,
    description: "User and group id of the process.",
    problem: range(...workloadBounds.userId),
  }),
  labels: map<string>({
    default: {},
    description: "Further labels of everything that the service consists of.",
    problem: textsEach("texts by label", ownLabelProblem),
  }),
  podAnnotations: map<string>({
    default: {},
    description: "Annotations of the pods, for what watches them.",
    problem: textsEach("texts by annotation", annotationKeyProblem),
  }),
};

/** The values of all settings that say how the service runs. */
type Settings = ValuesOf<
  typeof workloadSettings & typeof valueSettings & typeof placementSettings & typeof exposureSettings
>;
type Finding = FindingOf<Settings>;

const autoscaleOf = ({ autoscale }: Settings) =>
  Object.keys(autoscale).length === 0 ? undefined : (autoscale as unknown as Autoscale);

const sizeOf = (s: Settings) => ({
  requests: { memory: s.memoryRequest, cpu: s.cpuRequest },
  limits: { memory: s.memoryLimit, cpu: s.cpuLimit },
});

/** The settings that say how the service runs, as the Workload component takes them. */
export function workloadArgs(s: Settings): Omit<WorkloadArgs, "namespace" | "image"> {
  const { port, preStopSeconds, drainSeconds, gracePeriodSeconds, tmpSize, writablePaths, writableRoot, userId } = s;
  const autoscale = autoscaleOf(s);
  return {
    ...(autoscale === undefined ? { replicas: s.replicas } : { autoscale }),
    ...{ port, preStopSeconds, drainSeconds, gracePeriodSeconds, tmpSize, writablePaths, writableRoot, userId },
    ...{ labels: s.labels, podAnnotations: s.podAnnotations },
    ...sizeOf(s),
    ...probeArgs(s),
    ...valueArgs(s),
    ...placementArgs(s),
    ...exposureArgs(s),
  };
}

export const workloadProblems = (s: Settings): Finding[] => [
  ["replicas", fixedBesideAutoscaleProblem(s)],
  ["autoscale", unreachableProblem(s)],
  ["memoryRequest", requestOverLimitProblem("memory", s.memoryRequest, s.memoryLimit)],
  ["cpuRequest", requestOverLimitProblem("cpu", s.cpuRequest, s.cpuLimit)],
  ["gracePeriodSeconds", gracePeriodProblem(s)],
  ["writablePaths", memoryPathsProblem(s.writablePaths, s.memoryLimit)],
  ...probeProblems(s),
];

/** Pulumi does not tell a default from the same number written down: only another one can be seen. */
function fixedBesideAutoscaleProblem(s: Settings): string | undefined {
  if (autoscaleOf(s) === undefined || s.replicas === workloadDefaults.replicas) return undefined;
  return besideAutoscaleProblem(s.replicas);
}

function unreachableProblem(s: Settings): string | undefined {
  const autoscale = autoscaleOf(s);
  if (autoscale === undefined) return undefined;
  const { requests, limits } = sizeOf(s);
  return unreachableGoalProblem(autoscale, requests, limits);
}
