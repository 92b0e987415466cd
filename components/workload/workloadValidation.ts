/** Validates a workload's arguments: values that Kubernetes refuses, and values that cannot work. */
import { throwIfAny, type Finding } from "../invalidArguments.ts";
import { alsoSetProblem, ifGiven } from "@tarmac/validate/valueCheck";
import { vaultNameProblem } from "@tarmac/validate/azureNames";
import { pinnedImageProblem } from "@tarmac/validate/imageReference";
import { appNameProblem, httpPathProblem, labelProblem } from "@tarmac/validate/kubernetesNames";
import { integerProblem } from "@tarmac/validate/numbers";
import { filePathProblem, mountFindings } from "@tarmac/validate/containerPath";
import { cpuProblem, memoryLimitProblem, memoryProblem, requestOverLimitProblem } from "@tarmac/validate/quantity";
import type { ProbeArgs, WorkloadArgs, WorkloadSettings } from "./workloadArgs.ts";
import { autoscaleProblem, unreachableGoalProblem } from "./autoscaler.ts";
import { heapProblem, processVariableProblem } from "./processVariables.ts";
import { probeBounds, progressDeadlineSeconds, workloadBounds } from "./workloadBounds.ts";
import { egressPeerProblem, ingressPeerProblem } from "./networkRules.ts";
import { priorityClassProblem, tolerationProblem } from "./podPlacement.ts";
import { metadataFindings } from "./reservedMetadata.ts";
import { besideLoadBalancerProblem, routeFindings } from "./route.ts";
import { memoryPathsProblem, writablePathProblem } from "./writableFolders.ts";
import { tooLargeFindings } from "./configAndSecret.ts";
import { keyVaultBesideProblems, keyVaultSecretProblems, type OtherSources } from "./keyVaultSecrets.ts";

/**
 * @param args the arguments before the defaults
 * @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument
 */
export function throwIfWorkloadInvalid(name: string, s: WorkloadSettings, args: WorkloadArgs): void {
  throwIfAny([
    ["name", appNameProblem(name)],
    ["image", typeof s.image === "string" ? pinnedImageProblem(s.image) : undefined],
    ["replicas", integerProblem(s.replicas, ...workloadBounds.replicas)],
    [
      "replicas",
      args.replicas === undefined || args.autoscale === undefined ? undefined : besideAutoscaleProblem(args.replicas),
    ],
    ...autoscaleFindings(s),
    ["port", integerProblem(s.port, ...workloadBounds.port)],
    ["requests.memory", memoryProblem(s.requests.memory)],
    ["requests.cpu", cpuProblem(s.requests.cpu)],
    ["limits.memory", memoryLimitProblem(s.limits.memory)],
    ["limits.cpu", cpuProblem(s.limits.cpu)],
    ["requests.memory", requestOverLimitProblem("memory", s.requests.memory, s.limits.memory)],
    ["requests.cpu", requestOverLimitProblem("cpu", s.requests.cpu, s.limits.cpu)],
    ...probeFindings("liveness", s.liveness),
    ...probeFindings("readiness", s.readiness),
    ["readiness.initialDelaySeconds", lateReadinessProblem(s)],
    ["readiness.path", samePathProblem(s.liveness.path, s.readiness.path)],
    ["startupSeconds", integerProblem(s.startupSeconds, ...workloadBounds.startupSeconds)],
    ["preStopSeconds", integerProblem(s.preStopSeconds, ...workloadBounds.preStopSeconds)],
    ["drainSeconds", integerProblem(s.drainSeconds, ...workloadBounds.drainSeconds)],
    ["gracePeriodSeconds", integerProblem(s.gracePeriodSeconds, ...workloadBounds.gracePeriodSeconds)],
    ["gracePeriodSeconds", gracePeriodProblem(s)],
    ...valueFindings(s),
    ["tmpSize", memoryProblem(s.tmpSize)],
    ...pathFindings(s),
    ...keyVaultFindings(s),
    ["writablePaths", memoryPathsProblem(s.writablePaths, s.limits.memory)],
    ["userId", integerProblem(s.userId, ...workloadBounds.userId)],
    ...Object.entries(s.nodeSelector).map(([key, value]): Finding => [`nodeSelector.${key}`, labelProblem(key, value)]),
    ...s.tolerations.map((taint, i): Finding => [`tolerations[${i}]`, tolerationProblem(taint)]),
    ["priorityClass", ifGiven(s.priorityClass, priorityClassProblem)],
    ["serviceType", s.route === undefined ? undefined : besideLoadBalancerProblem(s.serviceType)],
    ["servicePort", integerProblem(s.servicePort, ...workloadBounds.servicePort)],
    ...s.ingressFrom.map((peer, i): Finding => [`ingressFrom[${i}]`, ingressPeerProblem(peer, s.serviceType)]),
    ...s.egressTo.map((peer, i): Finding => [`egressTo[${i}]`, egressPeerProblem(peer)]),
    ...(s.route === undefined ? [] : routeFindings(s.route)).map(([property, problem]): Finding => [
      `route.${property}`,
      problem,
    ]),
    ...metadataFindings(s),
  ]);
}

function keyVaultFindings(s: WorkloadSettings): Finding[] {
  if (s.keyVault === undefined) return [];
  const { vaultName, secrets } = s.keyVault;
  const problems = keyVaultSecretProblems(secrets);
  return [
    [
      "identity",
      s.identity === undefined ? "is required for keyVault, whose secrets are read as this identity" : undefined,
    ],
    ["keyVault.vaultName", typeof vaultName === "string" ? vaultNameProblem(vaultName) : undefined],
    ["keyVault.secrets", Object.keys(secrets).length === 0 ? "is empty: name at least one secret" : undefined],
    ["keyVault.secrets", problems.length > 0 ? problems : keyVaultBesideProblems(secrets, otherSources(s))],
  ];
}

/** Returns the arguments that define the same kinds of things as the secrets of a Key Vault. The settings use it too. */
export const otherSources = (
  maps: Record<(typeof variableSources)[number] | (typeof mountSources)[number], object>,
): OtherSources => ({
  variables: Object.fromEntries(variableSources.map((source) => [source, maps[source]])),
  paths: Object.fromEntries(mountSources.map((source) => [source, maps[source]])),
});

/** Returns the problem with `replicas` in addition to an autoscaler. */
export const besideAutoscaleProblem = (replicas: number): string =>
  `${replicas} is a fixed number, but autoscale decides the number of pods: remove one of the two`;

function autoscaleFindings({ autoscale, requests, limits }: WorkloadSettings): Finding[] {
  if (autoscale === undefined) return [];
  const problem = autoscaleProblem(autoscale);
  return [["autoscale", problem ?? unreachableGoalProblem(autoscale, requests, limits)]];
}

function probeFindings(probe: string, p: ProbeArgs): Finding[] {
  return [
    [`${probe}.path`, httpPathProblem(p.path)],
    [`${probe}.initialDelaySeconds`, integerProblem(p.initialDelaySeconds, ...probeBounds.initialDelaySeconds)],
    [`${probe}.periodSeconds`, integerProblem(p.periodSeconds, ...probeBounds.periodSeconds)],
    [`${probe}.timeoutSeconds`, integerProblem(p.timeoutSeconds, ...probeBounds.timeoutSeconds)],
    [`${probe}.failureThreshold`, integerProblem(p.failureThreshold, ...probeBounds.failureThreshold)],
    [`${probe}.timeoutSeconds`, probeTimeoutProblem(p)],
  ];
}

/** Returns the problem with a probe timeout that does not fit its period, or `undefined`. The settings use it too. */
export const probeTimeoutProblem = ({
  periodSeconds,
  timeoutSeconds,
}: Pick<ProbeArgs, "periodSeconds" | "timeoutSeconds">): string | undefined =>
  timeoutSeconds <= periodSeconds
    ? undefined
    : `${timeoutSeconds} s are longer than the period of the checks, ${periodSeconds} s, and the kubelet makes one check at a time, so it would notice a failure later than both say: use at most ${periodSeconds}, or a longer period`;

/** Returns the problem with a first readiness check that comes too late, or `undefined`. The settings use it too. */
export function lateReadinessProblem({
  readiness,
  startupSeconds,
}: Pick<WorkloadSettings, "readiness" | "startupSeconds">) {
  const deadline = progressDeadlineSeconds(startupSeconds);
  return readiness.initialDelaySeconds < deadline
    ? undefined
    : `${readiness.initialDelaySeconds} s pass before the first check, and a rollout counts as failed after ${deadline} s: use less, and startupSeconds for a process that starts slowly`;
}

/** The arguments whose keys are environment variables. */
export const variableSources = ["environment", "configValues", "secretValues"] as const;
/** The arguments whose keys are paths in the container. */
export const mountSources = ["writablePaths", "configFiles", "secretFiles"] as const;

function valueFindings(s: WorkloadSettings): Finding[] {
  return [
    ...variableSources.flatMap((source) =>
      Object.entries(s[source]).map(([variable, value]): Finding => [
        `${source}.${variable}`,
        // A secret value must not appear in messages, so it is not checked.
        processVariableProblem(variable, source === "secretValues" ? undefined : value),
      ]),
    ),
    ...heapFindings(s, s.limits.memory),
    ...twiceFindings(s, variableSources),
    ...tooLargeFindings(s, "configValues", "configFiles"),
    ...tooLargeFindings(s, "secretValues", "secretFiles"),
  ];
}

/** Returns the problems of a heap that may grow beyond the memory limit. The settings use it too. */
export const heapFindings = (
  maps: Record<"environment" | "configValues", Record<string, unknown>>,
  memoryLimit: string,
): Finding<"environment" | "configValues">[] => [
  ["environment", heapProblem(maps.environment.NODE_OPTIONS, memoryLimit)],
  ["configValues", heapProblem(maps.configValues.NODE_OPTIONS, memoryLimit)],
];

function pathFindings(s: WorkloadSettings): Finding[] {
  return [
    ...Object.entries(s.writablePaths).map(([path, size]): Finding => [
      `writablePaths.${path}`,
      writablePathProblem(path, size),
    ]),
    ...(["configFiles", "secretFiles"] as const).flatMap((source) =>
      Object.keys(s[source]).map((path): Finding => [`${source}.${path}`, filePathProblem(path)]),
    ),
    ...twiceFindings(s, mountSources),
    ...mountsBesideFindings(s),
  ];
}

/**
 * Returns the problems of entries that are below a file of another entry, or have the same key. The settings use it
 * too.
 */
export const mountsBesideFindings = (maps: Record<(typeof mountSources)[number], Record<string, unknown>>) =>
  mountFindings(
    mountSources.map((source) => ({ source, paths: Object.keys(maps[source]), files: source !== "writablePaths" })),
  ) as [(typeof mountSources)[number], string][];

/** Returns the problems of keys that appear in two maps, where only one can apply. The settings use it too. */
export function twiceFindings<Source extends string>(
  maps: Record<Source, Record<string, unknown>>,
  sources: readonly Source[],
): Finding<Source>[] {
  return sources.flatMap((source, index) =>
    Object.keys(maps[source]).flatMap((key) => {
      const other = sources.slice(0, index).find((earlier) => Object.hasOwn(maps[earlier], key));
      return other === undefined ? [] : [[source, alsoSetProblem(key, other)] as const];
    }),
  );
}

/** Returns the problem with a readiness path that equals the liveness path, or `undefined`. */
export function samePathProblem(liveness: string, readiness: string): string | undefined {
  if (liveness !== readiness) return undefined;
  return `"${readiness}" is also the liveness path, so Kubernetes would restart a pod that is only not ready: use two paths, e.g. "/healthz" and "/ready"`;
}

/** Returns the problem with the time that a pod has to stop, or `undefined`. The settings use it too. */
export function gracePeriodProblem(
  s: Pick<WorkloadSettings, "gracePeriodSeconds" | "preStopSeconds" | "drainSeconds">,
): string | undefined {
  const needed = s.preStopSeconds + s.drainSeconds;
  if (s.gracePeriodSeconds > needed) return undefined;
  return (
    `${s.gracePeriodSeconds} s end before preStop (${s.preStopSeconds} s) and drain (${s.drainSeconds} s) do, so the kubelet would kill the pod while it still serves: ` +
    `use more than ${needed}, plus the duration of your slowest request`
  );
}
