/** What to diagnose: the workload of a stack, or pods of any cluster. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { AzureSettings } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { NoPulumi, pulumi as runPulumi } from "../pulumi/pulumiCli.ts";
import { shortName } from "../pulumi/stackName.ts";
import { appNameIn } from "../stackFiles/appName.ts";
import type { AzureQuestion } from "./azure/azureLook.ts";

/** The workload cannot be read. The message says how to fix that. Exit code 2. */
export class CannotLook extends CouldNotRun {
  override readonly name: string = "CannotLook";
}

/** The place exists, but has no workload. */
export class NothingDeployed extends CannotLook {
  override readonly name = "NothingDeployed";
}

export interface TargetOptions {
  stack?: string;
  namespace?: string;
  selector?: string;
  context?: string;
  kubeconfig?: string;
  /** Variables of the Pulumi CLI in addition to those of this process, e.g. the backend of the stack's state. */
  env?: NodeJS.ProcessEnv;
}

/** A part of a cluster, and how to find the cluster in Azure. */
export interface Place {
  kubeconfig: KubeConfig;
  namespace: string;
  selector: string;
  /** Set if a stack manages the pods. */
  stack?: string;
  azure: AzureSettings;
  cluster?: Extract<AzureQuestion["cluster"], { name: string }>;
}

/** @throws CannotLook */
export async function findPlace(options: TargetOptions): Promise<Place> {
  const wantsStack = options.stack !== undefined || options.namespace === undefined;
  if (!wantsStack) {
    const kubeconfig = await loadKubeconfig(options);
    return { kubeconfig, namespace: options.namespace ?? "default", selector: options.selector ?? "", azure: {} };
  }
  const pulumi = pulumiWith(options.env);
  const [stack, settings] = await Promise.all([
    stackOutputs(options.stack, pulumi),
    stackSettings(options.stack, pulumi),
  ]);
  const { namespaceName, kubeconfig, clusterName, resourceGroup } = stack.outputs;
  if (typeof namespaceName !== "string") {
    throw new CannotLook(
      `stack "${stack.name}" is not deployed: it has no output "namespaceName". Deploy it: pulumi up --stack ${stack.name}`,
    );
  }
  const ownNamespace = options.namespace === undefined || options.namespace === namespaceName;
  const ownPods = ownNamespace && options.selector === undefined;
  return {
    kubeconfig: await loadKubeconfig(options, typeof kubeconfig === "string" ? kubeconfig : undefined),
    namespace: options.namespace ?? namespaceName,
    selector: options.selector ?? (ownNamespace ? `tarmac.dev/stack=${stack.name}` : ""),
    ...(ownPods ? { stack: stack.name } : {}),
    azure: settings,
    ...(typeof clusterName === "string" && typeof resourceGroup === "string"
      ? { cluster: { name: clusterName, resourceGroup } }
      : {}),
  };
}

/** An explicit kubeconfig or context takes precedence over the stack's own cluster. */
async function loadKubeconfig({ kubeconfig, context }: TargetOptions, ofStack?: string): Promise<KubeConfig> {
  // The package's main module loads the types of every Kubernetes API, which takes longer than the whole diagnosis.
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else if (ofStack !== undefined && context === undefined) config.loadFromString(ofStack);
    else config.loadFromDefault();
  } catch (error) {
    throw new CannotLook(`cannot read the kubeconfig ${kubeconfig ?? ""}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (context !== undefined) {
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context)) {
      throw new CannotLook(
        `the kubeconfig has no context "${context}"; use one of: ${contexts.join(", ") || "none"} (--context, --kubeconfig)`,
      );
    }
    config.setCurrentContext(context);
  }
  if (config.getCurrentCluster() === null || isMadeUp(config)) {
    throw new CannotLook(
      "no cluster is configured: use --stack, --kubeconfig (or KUBECONFIG), or --context; " +
        'on the local environment, put "npm run with-local --" in front',
    );
  }
  return config;
}

/** Without any kubeconfig, the package invents this cluster. */
const isMadeUp = (config: KubeConfig) =>
  config.getCurrentContext() === "loaded-context" && config.getCurrentCluster()?.server === "http://localhost:8080";

/** @throws CannotLook without a CLI; else Error with Pulumi's message */
type Pulumi = (...args: string[]) => Promise<string>;

const pulumiWith =
  (env: NodeJS.ProcessEnv = {}): Pulumi =>
  async (...args) => {
    try {
      return await runPulumi(args, { env });
    } catch (cause) {
      if (!(cause instanceof NoPulumi)) throw cause;
      throw new CannotLook(
        `${cause.message}. Or diagnose without a stack: --namespace NAMESPACE [--selector SELECTOR]`,
        { cause },
      );
    }
  };

const about = (stack: string | undefined): string[] => (stack === undefined ? [] : ["--stack", stack]);

/** @throws CannotLook */
async function stackOutputs(stack: string | undefined, pulumi: Pulumi) {
  try {
    const [outputs, name] = await Promise.all([
      pulumi("stack", "output", "--json", "--show-secrets", ...about(stack)),
      stack ?? pulumi("stack", "--show-name"),
    ]);
    // ORGANIZATION/PROJECT/STACK: labels and settings use the last part.
    return { outputs: JSON.parse(outputs) as Record<string, unknown>, name: shortName(name.trim()) };
  } catch (error) {
    if (error instanceof CannotLook) throw error;
    const { message } = error as Error;
    throw new CannotLook(
      stack === undefined
        ? `no stack is selected (${firstLine(message)}): name a stack with --stack, or a namespace with --namespace`
        : `cannot read stack "${stack}": ${firstLine(message)}. List the existing stacks: pulumi stack ls`,
      { cause: error },
    );
  }
}

/**
 * A namespace of a stack whose outputs are not available yet, because its first update is still running.
 * @param kubeconfig of the stack's cluster (YAML)
 * @throws CannotLook if the kubeconfig cannot be read
 */
export async function placeDuringUpdate(kubeconfig: string, namespace: string, stack: string): Promise<Place> {
  const [config, azure] = await Promise.all([loadKubeconfig({}, kubeconfig), stackSettings(stack, pulumiWith())]);
  return { kubeconfig: config, namespace, selector: "", stack, azure };
}

const firstLine = (text: string): string => text.split("\n")[0]?.trim() ?? "";

/** The settings of the stack's Azure provider: its cloud and subscription. */
async function stackSettings(stack: string | undefined, pulumi: Pulumi): Promise<AzureSettings> {
  let config: Record<string, { value?: string }>;
  try {
    config = JSON.parse(await pulumi("config", "--json", ...about(stack))) as typeof config;
  } catch {
    // Without a stack file, the public cloud and the environment's subscription apply. A missing stack is reported when
    // the outputs are read.
    return {};
  }
  const metadataHost = config["azure-native:metadataHost"]?.value;
  const subscription = config["azure-native:subscriptionId"]?.value;
  return {
    app: appNameIn(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]))),
    ...(metadataHost === undefined ? {} : { metadataHost }),
    ...(subscription === undefined ? {} : { subscription }),
  };
}
