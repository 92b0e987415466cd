/** Settings of the service: the number of pods, their resources, how they stop, and where they may write. */
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
import { besideAutoscaleProblem, gracePeriodProblem } from "@tarmac/components/workload/workloadValidation";
import { ownLabelProblem, podAnnotationProblem } from "@tarmac/components/workload/reservedMetadata";
import { memoryPathsProblem, writablePathProblem } from "@tarmac/components/workload/writableFolders";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { namespaceProblem } from "@tarmac/validate/kubernetesNames";
import { cpuProblem, memoryLimitProblem, memoryProblem, requestOverLimitProblem } from "@tarmac/validate/quantity";
import { flag, integer, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { exposureArgs, type exposureSettings } from "./exposureSettings.ts";
import { placementArgs, type placementSettings } from "./placementSettings.ts";
import { probeArgs, probeProblems, probeSettings } from "./probeSettings.ts";
import { metadataSecretProblem } from "./plainSecrets.ts";
import { range, textsEach, type FindingOf } from "./allowedValues.ts";
import { valueArgs, type ValueInputs, type valueSettings } from "./valueSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const workloadSettings = {
  namespace: optionalText({ description: "Kubernetes namespace. Default: the app name.", problem: namespaceProblem }),
  replicas: integer({
    default: workloadDefaults.replicas,
    description: "Number of pods; exclusive with autoscale.",
    problem: range(...workloadBounds.replicas),
  }),
  autoscale: map<unknown>({
    default: {},
    description: `Scale the number of pods with the load; percentages refer to the requests of a pod, and cpuPercent defaults to ${defaultCpuPercent}. Default: replicas.`,
    problem: allowing(`\`${autoscaleShape}\``, (bounds: Record<string, unknown>) =>
      Object.keys(bounds).length === 0 ? undefined : autoscaleProblem(bounds),
    ),
  }),
  port: integer({
    default: workloadDefaults.port,
    description: "Port the process listens on, passed to it as PORT.",
    problem: range(...workloadBounds.port),
  }),
  memoryRequest: text({
    default: workloadDefaults.requests.memory,
    description: "Memory that the scheduler reserves for a pod.",
    problem: memoryProblem,
  }),
  cpuRequest: text({
    default: workloadDefaults.requests.cpu,
    description: "CPU that the scheduler reserves for a pod.",
    problem: cpuProblem,
  }),
  memoryLimit: text({
    default: workloadDefaults.limits.memory,
    description: "Memory above which the kernel kills the process.",
    problem: memoryLimitProblem,
  }),
  cpuLimit: text({
    default: workloadDefaults.limits.cpu,
    description: "CPU above which the process is throttled.",
    problem: cpuProblem,
  }),
  ...probeSettings,
  preStopSeconds: integer({
    default: workloadDefaults.preStopSeconds,
    description: "Pause before SIGTERM, so that load balancers stop sending requests to the pod.",
    problem: range(...workloadBounds.preStopSeconds),
  }),
  drainSeconds: integer({
    default: workloadDefaults.drainSeconds,
    description: "Time the process keeps serving after SIGTERM, passed to it as DRAIN_SECONDS.",
    problem: range(...workloadBounds.drainSeconds),
  }),
  gracePeriodSeconds: integer({
    default: workloadDefaults.gracePeriodSeconds,
    description: "Time from the start of preStopSeconds to SIGKILL.",
    problem: range(...workloadBounds.gracePeriodSeconds),
  }),
  tmpSize: text({
    default: workloadDefaults.tmpSize,
    description: "Size of the writable /tmp.",
    problem: memoryProblem,
  }),
  writablePaths: map<WritablePath>({
    default: {},
    description: "Additional writable folders, empty whenever a pod starts. Default: none.",
    problem: allowing('size by path, `"128Mi"` or `{size: "16Mi", memory: true}`', (folders: Record<string, unknown>) =>
      eachProblem(Object.entries(folders), ([path, size]) => writablePathProblem(path, size)),
    ),
  }),
  writableRoot: flag({
    default: workloadDefaults.writableRoot,
    description: "Less safe: the process, and anybody who compromises it, may write anywhere in the container.",
  }),
  userId: integer({
    default: workloadDefaults.userId,
    description: "User and group id of the process.",
    problem: range(...workloadBounds.userId),
  }),
  labels: map<string>({
    default: {},
    description: "Additional labels on every Kubernetes object of the service.",
    problem: textsEach("strings by label", (key, value) =>
      /^(app\.kubernetes\.io\/part-of$|tarmac\.dev\/)/.test(key)
        ? `${key} is set by tarmac from the names of app and stack: use another label`
        : (ownLabelProblem(key, value) ?? metadataSecretProblem(key, value)),
    ),
  }),
  podAnnotations: map<string>({
    default: {},
    description: "Annotations of the pods.",
    problem: textsEach(
      "strings by annotation",
      (key, value) => podAnnotationProblem(key, value) ?? metadataSecretProblem(key, value),
    ),
  }),
};

/** The values of all settings that define how the service runs. */
type Settings = ValuesOf<
  typeof workloadSettings & typeof valueSettings & typeof placementSettings & typeof exposureSettings
>;
type Finding = FindingOf<Settings>;

const autoscaleOf = ({ autoscale }: Pick<Settings, "autoscale">) =>
  Object.keys(autoscale).length === 0 ? undefined : (autoscale as unknown as Autoscale);

const sizeOf = (s: Pick<Settings, "memoryRequest" | "cpuRequest" | "memoryLimit" | "cpuLimit">) => ({
  requests: { memory: s.memoryRequest, cpu: s.cpuRequest },
  limits: { memory: s.memoryLimit, cpu: s.cpuLimit },
});

/** Returns these settings as arguments of the Workload component. */
export function workloadArgs(
  s: Omit<Settings, keyof ValueInputs> & ValueInputs,
): Omit<WorkloadArgs, "namespace" | "image"> {
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

/**
 * Returns the problem with a fixed number of pods in addition to an autoscaler. Pulumi does not distinguish a default
 * from the same number in a file, so only a different number is detected.
 */
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
