/**
 * The settings of a stack: each declared once, read and checked together, before anything is created. Creates nothing.
 *
 * The values stand in `Pulumi.STACK.yaml` under `tarmac:KEY`, or come from `pulumi config set KEY VALUE`.
 */
import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/config.js";
import { clusterTiers, type NodePoolArgs } from "./components/cluster.ts";
import { contextProblem, dockerfileOf, dockerfileProblem } from "./components/image.ts";
import { kubeloginMethods } from "./components/kubeconfig.ts";
import { principalTypes, type PrincipalType } from "./components/roles.ts";
import { registrySkus } from "./components/registry.ts";
import {
  gracePeriodProblem,
  reservedVariableProblem,
  serviceTypes,
  workloadDefaults,
  type WorkloadArgs,
} from "./components/workloadArgs.ts";
import { cidrProblem } from "./validate/cidr.ts";
import {
  appNameProblem,
  dnsLabelProblem,
  httpPathProblem,
  registryNameProblem,
  repositoryProblem,
  tagProblem,
} from "./validate/names.ts";
import { nodeSizeProblem, userPoolProblem, zonesProblem } from "./validate/nodePool.ts";
import { integerProblem } from "./validate/numbers.ts";
import { cpuProblem, memoryProblem, requestOverLimitProblem } from "./validate/quantity.ts";
import {
  choice,
  closest,
  flag,
  integer,
  list,
  map,
  optionalText,
  readValue,
  text,
  type Setting,
} from "./validate/setting.ts";

const range = (least: number, most: number) => (value: number) => integerProblem(value, least, most);
const firstProblem = <T>(values: readonly T[], problem: (value: T) => string | undefined) =>
  values.map(problem).find((found) => found !== undefined);
const texts = (values: Record<string, unknown>) =>
  firstProblem(Object.entries(values), ([key, value]) =>
    typeof value === "string" ? undefined : `the value of "${key}" is not a text: put it in quotes`,
  );

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

/** Every setting. The order is that of Pulumi.yaml. */
export const settings = {
  // What it is called, where it is, whose it is
  appName: text({
    default: "hello",
    description: "Name of the service; the names of everything else are made from it.",
    problem: appNameProblem,
  }),
  location: text({
    default: "westeurope",
    description: "Azure region.",
    problem: (value) =>
      /^[a-z]+[a-z0-9]*$/.test(value)
        ? undefined
        : `"${value}" is not the name of a region: write it in lower case without spaces, e.g. "westeurope" (az account list-locations -o table)`,
  }),
  owner: optionalText({ description: "Whom to ask about this environment; an Azure tag of everything." }),
  protect: flag({
    default: false,
    description: "Refuse to delete cluster, registry and namespace until this is set to false.",
  }),

  // Registry
  registryName: optionalText({
    description: "Name of the container registry, unique in all of Azure. Default: the app's name and a random suffix.",
    problem: registryNameProblem,
  }),
  registrySku: choice(registrySkus, { default: "Basic", description: "Basic, Standard or Premium." }),

  // Cluster
  kubernetesVersion: optionalText({
    description: 'Kubernetes version, e.g. "1.34"; patches follow by themselves. Default: Azure\'s current one.',
    problem: (value) =>
      /^1\.\d{2}(\.\d+)?$/.test(value)
        ? undefined
        : `"${value}" is not a Kubernetes version: write it in quotes with or without patch, e.g. "1.34"`,
  }),
  clusterTier: choice(clusterTiers, {
    default: "Free",
    description: "Free, Standard (with uptime SLA) or Premium (with long-term support).",
  }),
  nodeSize: text({
    default: "Standard_D2s_v5",
    description: "Virtual machine size of the system pool's nodes.",
    problem: nodeSizeProblem,
  }),
  nodeCount: integer({ default: 2, description: "Nodes in the system pool.", problem: range(1, 1000) }),
  nodeZones: list({
    default: [],
    description: "Availability zones of the system pool's nodes. Default: none.",
    problem: zonesProblem,
  }),
  userPools: map<NodePoolArgs>({
    default: {},
    description: 'Node pools for workloads, by name: {apps: {vmSize: Standard_D2s_v5, count: 2, zones: ["1"]}}.',
    problem: (pools) => firstProblem(Object.entries(pools), ([name, pool]) => userPoolProblem(name, pool)),
  }),
  localAccounts: flag({
    default: false,
    description: "A loosening: also accept the cluster's admin certificate, which bypasses Entra.",
  }),
  kubelogin: choice(kubeloginMethods, {
    default: "azurecli",
    description: "How the kubeconfig signs in with Entra: azurecli, workloadidentity, msi or spn.",
  }),
  clusterAdmins: map<PrincipalType>({
    default: {},
    description:
      "Who administers the cluster: type (User, Group, ServicePrincipal) by object id. Default: whoever runs the first update.",
    problem: (admins) =>
      firstProblem(Object.entries(admins), ([id, type]) =>
        !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
          ? `"${id}" is not an object id, which is a GUID (az ad signed-in-user show --query id; az ad group show --group NAME --query id)`
          : principalTypes.includes(type)
            ? undefined
            : `the type of "${id}" is ${JSON.stringify(type)}: use "User", "Group" or "ServicePrincipal"`,
      ),
  }),

  // Image
  context: text({
    default: "app",
    description: "Folder of the service: its source and its Dockerfile.",
    problem: contextProblem,
  }),
  dockerfile: optionalText({ description: "Path of the Dockerfile. Default: Dockerfile in the context." }),
  buildArgs: map<string>({
    default: {},
    description: "Values of the Dockerfile's ARGs. Never secrets: they stay readable in the image.",
    problem: texts,
  }),
  buildTarget: optionalText({ description: "Stage of the Dockerfile to build. Default: the last." }),
  repository: optionalText({
    description: "Repository of the image in the registry. Default: the app's name.",
    problem: repositoryProblem,
  }),
  imageTag: optionalText({
    description: "Tag of the image. Default: follows from the content of the context.",
    problem: tagProblem,
  }),

  // Workload
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

type Declarations = typeof settings;

/** The settings of a stack, complete and checked. */
export type Settings = { [Key in keyof Declarations]: Declarations[Key] extends Setting<infer T> ? T : never };

/** Everything that is wrong with a stack's settings, in one error. */
export class SettingsError extends pulumi.RunError {
  /** One line a problem: the key, the value, what is allowed, how to mend it. */
  readonly problems: readonly string[];

  constructor(stack: string, problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "one setting" : `${problems.length} settings`} of stack "${stack}" cannot be used, and nothing was changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n") +
        `\nMend them in Pulumi.${stack}.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * @param stack name of the stack, for messages
 * @param values the project's configuration as Pulumi holds it: raw text by key, without the `tarmac:` in front
 * @throws SettingsError with every problem there is
 */
export function readSettings(stack: string, values: Readonly<Record<string, string>>): Settings {
  const problems: string[] = [];
  const keys = Object.keys(settings);
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(settings, key))
      problems.push(`tarmac:${key} is not a setting${closest(key, keys)}; remove it or correct its name`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const raw = values[key];
    const read = raw === undefined ? { value: setting.default } : readValue(setting, raw);
    if ("problem" in read) problems.push(`tarmac:${key}: ${read.problem}`);
    else result[key] = read.value;
  }
  if (problems.length === 0) problems.push(...combinedProblems(result as Settings));
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return result as Settings;
}

/** Reads the settings of the stack that is being updated. @throws SettingsError with every problem there is */
export function readStackSettings(): Settings {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(allConfig()).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  return readSettings(pulumi.getStack(), Object.fromEntries(own));
}

/** The settings that say how the service runs, as the Workload component takes them. */
export function workloadSettings(s: Settings): Omit<WorkloadArgs, "namespace" | "image"> {
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

/** What no single setting shows: settings that do not go together. */
function combinedProblems(s: Settings): string[] {
  const problem = (key: keyof Settings, found: string | undefined) =>
    found === undefined ? [] : [`tarmac:${key}: ${found}`];
  return [
    ...problem("dockerfile", dockerfileProblem(dockerfileOf(s))),
    ...problem("memoryRequest", requestOverLimitProblem("memory", s.memoryRequest, s.memoryLimit)),
    ...problem("cpuRequest", requestOverLimitProblem("cpu", s.cpuRequest, s.cpuLimit)),
    ...problem("gracePeriodSeconds", gracePeriodProblem(s)),
    ...problem(
      "readinessPath",
      s.readinessPath === s.livenessPath
        ? `"${s.readinessPath}" is tarmac:livenessPath as well, so that a pod that is merely not ready would be killed: use two paths`
        : undefined,
    ),
  ];
}
