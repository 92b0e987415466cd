/** A cluster that outlives its sandboxes. A sandbox's only leftover on it is its namespace. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Marks } from "../azure/marks.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { labelValue } from "@tarmac/components/azure/derivedNames";
import { existingKubeconfig } from "@tarmac/components/cluster/existingKubeconfig";
import type { Cli } from "../pulumi/pulumiCli.ts";
import type { Context, SharedCluster } from "./context.ts";
import { projectNameIn } from "../project.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";
import type { Possessions } from "./possessions.ts";
import type { Sandbox } from "./listSandboxes.ts";
import { configOf, settingsFile } from "./sandboxFile.ts";

/** The namespace of a sandbox on a cluster that is not its own. */
export interface Tenancy {
  namespace: string;
  cluster: SharedCluster;
}

/** Whether an unreachable cluster counts as gone: only if the user sets this variable. */
const givenUp = "PULUMI_K8S_DELETE_UNREACHABLE";

/**
 * Asks the cluster that a sandbox shares, before anything is deleted.
 * @returns no `found` for a sandbox with its own cluster
 * @throws CouldNotRun if the cluster cannot be reached and the user did not declare it gone
 */
export async function tenancyOf(
  context: Context,
  sandbox: Sandbox,
  form: string,
  { onSharedCluster }: Pick<Possessions, "onSharedCluster">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ found?: Tenancy; kept: string[] }> {
  try {
    const found = await configuredTenancy(context, sandbox, form);
    if (found === undefined && onSharedCluster)
      throw new CouldNotRun(
        `neither the file of ${sandbox.stack} nor Pulumi.${form}.yaml names the cluster that it is on (tarmac:kubeContext)`,
      );
    await found?.cluster.namespace(found.namespace);
    return { ...(found === undefined ? {} : { found }), kept: [] };
  } catch (error) {
    const { message } = error as Error;
    if (env[givenUp] === "true") return { kept: [`namespace ${sandbox.stack}: ${message}`] };
    throw new CouldNotRun(`${message}. If that cluster is gone for good: ${givenUp}=true`, { cause: error });
  }
}

async function configuredTenancy(
  { cli, folder, cluster }: Context,
  { stack, reference }: Sandbox,
  form: string,
): Promise<Tenancy | undefined> {
  const config = configOf(folder, stack, form);
  const [context, stored] = ["kubeContext", "kubeconfig"].map((key) => ownSetting(config, key, projectNameIn(folder)));
  if (context === undefined && stored === undefined) return undefined;
  const text = stored === undefined ? undefined : await storedKubeconfig(cli, folder, { stack, reference, form });
  const found = existingKubeconfig(typeof context === "string" ? context : undefined, text);
  if ("problem" in found) throw new CouldNotRun(`the cluster that ${stack} is on cannot be asked: ${found.problem}`);
  return { namespace: stack, cluster: await cluster(found.kubeconfig) };
}

async function storedKubeconfig(
  cli: Cli,
  folder: string,
  { stack, reference, form }: { stack: string; reference: string; form: string },
): Promise<string> {
  const file = settingsFile(folder, stack, form) ?? "";
  const key = `${projectNameIn(folder)}:kubeconfig`;
  return cli.run(["config", "get", key, "--stack", reference, "--config-file", file]);
}

/**
 * Whether the namespace exists and belongs to the sandbox. A namespace of that name that somebody else created does not
 * count.
 */
export async function isLeft({ namespace, cluster }: Tenancy, { app, stack }: Marks): Promise<boolean> {
  const labels = await cluster.namespace(namespace);
  return labels?.["app.kubernetes.io/part-of"] === app && labels["tarmac.dev/stack"] === labelValue(stack);
}

const longestSeconds = 180;

export async function sharedCluster(kubeconfig: string): Promise<SharedCluster> {
  const { ApiException, CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const server = config.getCurrentCluster()?.server ?? "";
  const core = config.makeApiClient(CoreV1Api);
  const namespace = async (name: string) => {
    try {
      return (await core.readNamespace({ name })).metadata?.labels ?? {};
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      const reason = error instanceof ApiException ? `it answers ${error.code}` : (error as Error).message;
      throw new CouldNotRun(`the cluster ${server} cannot be asked: ${reason}`, { cause: error });
    }
  };
  return {
    server,
    namespace,
    async deleteNamespace(name) {
      await core.deleteNamespace({ name });
      for (const deadline = Date.now() + longestSeconds * 1000; Date.now() < deadline; await sleep(1000)) {
        if ((await namespace(name)) === undefined) return;
      }
      throw new CouldNotRun(`it is still being deleted after ${longestSeconds} s: kubectl get all --namespace ${name}`);
    },
  };
}
