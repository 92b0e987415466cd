/** Settings of the service itself: how many pods, what each gets, how it is asked, stopped and reached. */
import {
  gracePeriodProblem,
  reservedVariableProblem,
  serviceTypes,
  workloadDefaults,
  type WorkloadArgs,
} from "../components/workload/args.ts";
import type { Settings } from "../config.ts";
import { cidrProblem } from "../validate/cidr.ts";
import { dnsLabelProblem, httpPathProblem } from "../validate/names.ts";
import { cpuProblem, memoryProblem, requestOverLimitProblem } from "../validate/quantity.ts";
import { choice, integer, list, map, optionalText, text, type Setting } from "../validate/setting.ts";
import { firstProblem, range, texts, type Finding } from "./problems.ts";

export const workloadSettings = {
  namespace: optionalText({ description: "Kubernetes namespace. Default: the app's name.", problem: dnsLabelProblem }),
  replicas: integer({ default: workloadDefaults.replicas, description: "Number of pods.", problem: range(1, 1000) }),
  port: integer({
    default: workloadDefaults.port,
    description: "Port the process listens on, told to it as PORT.",
    problem: range(1024, 65535),
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
  ...probe("liveness", "is the process beyond help, so that it must be restarted?"),
  ...probe("readiness", "may the pod get requests now?"),
  preStopSeconds: integer({
    default: workloadDefaults.preStopSeconds,
    description: "Pause before SIGTERM, in which load balancers take note that the pod goes.",
    problem: range(0, 300),
  }),
  drainSeconds: integer({
    default: workloadDefaults.drainSeconds,
    description: "Seconds the process goes on serving after SIGTERM, told to it as DRAIN_SECONDS.",
    problem: range(0, 300),
  }),
  gracePeriodSeconds: integer({
    default: workloadDefaults.gracePeriodSeconds,
    description: "Seconds from the start of the pause to SIGKILL.",
    problem: range(1, 3600),
  }),
  tmpSize: text({
    default: workloadDefaults.tmpSize,
    description: "Size of the writable /tmp.",
    problem: memoryProblem,
  }),
  environment: map<string>({
    default: {},
    description: "Environment variables of the process. Not for secrets.",
    problem: (values) => texts(values) ?? firstProblem(Object.keys(values), (name) => reservedVariableProblem(name)),
  }),
  serviceType: choice(serviceTypes, {
    default: workloadDefaults.serviceType,
    description: "Who can reach the service: ClusterIP, InternalLoadBalancer or PublicLoadBalancer.",
  }),
  servicePort: integer({
    default: workloadDefaults.servicePort,
    description: "Port of the Service.",
    problem: range(1, 65535),
  }),
  egressTo: list({
    default: [],
    description: "Address ranges the pods may connect to besides name resolution. Default: none.",
    problem: (ranges) => firstProblem(ranges, cidrProblem),
  }),
};

function probe<Kind extends "liveness" | "readiness">(kind: Kind, question: string) {
  const defaults = workloadDefaults[kind];
  const key = <Suffix extends string>(suffix: Suffix) => `${kind}${suffix}` as const;
  const seconds = (value: number, least: number, description: string) =>
    integer({ default: value, description, problem: range(least, 3600) });
  const paths = {
    [key("Path")]: text({
      default: defaults.path,
      description: `Path of the ${kind} probe: ${question}`,
      problem: httpPathProblem,
    }),
  } as Record<`${Kind}Path`, Setting<string>>;
  const numbers = {
    [key("InitialDelaySeconds")]: seconds(
      defaults.initialDelaySeconds,
      0,
      `Seconds from the container's start to the first ${kind} check.`,
    ),
    [key("PeriodSeconds")]: seconds(defaults.periodSeconds, 1, `Seconds between two ${kind} checks.`),
    [key("TimeoutSeconds")]: seconds(
      defaults.timeoutSeconds,
      1,
      `Seconds a ${kind} check may take; under a CPU limit at least 2.`,
    ),
    [key("FailureThreshold")]: integer({
      default: defaults.failureThreshold,
      description: `Failed ${kind} checks in a row that count.`,
      problem: range(1, 100),
    }),
  } as Record<
    `${Kind}${"InitialDelaySeconds" | "PeriodSeconds" | "TimeoutSeconds" | "FailureThreshold"}`,
    Setting<number>
  >;
  return { ...paths, ...numbers };
}

/** The settings that say how the service runs, as the Workload component takes them. */
export function workloadArgs(s: Settings): Omit<WorkloadArgs, "namespace" | "image"> {
  const { replicas, port, preStopSeconds, drainSeconds, gracePeriodSeconds, tmpSize, environment } = s;
  return {
    ...{ replicas, port, preStopSeconds, drainSeconds, gracePeriodSeconds, tmpSize, environment },
    ...{ serviceType: s.serviceType, servicePort: s.servicePort, egressTo: s.egressTo },
    requests: { memory: s.memoryRequest, cpu: s.cpuRequest },
    limits: { memory: s.memoryLimit, cpu: s.cpuLimit },
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
  };
}

export const workloadProblems = (s: Settings): Finding[] => [
  ["memoryRequest", requestOverLimitProblem("memory", s.memoryRequest, s.memoryLimit)],
  ["cpuRequest", requestOverLimitProblem("cpu", s.cpuRequest, s.cpuLimit)],
  ["gracePeriodSeconds", gracePeriodProblem(s)],
  [
    "readinessPath",
    s.readinessPath === s.livenessPath
      ? `"${s.readinessPath}" is tarmac:livenessPath as well, so that a pod that is merely not ready would be killed: use two paths`
      : undefined,
  ],
];
