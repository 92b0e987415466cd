/** Purges the registry of a stack, and prints the result. */
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { passwordOf } from "../azure/registryAccess.ts";
import { type Azure, signIn } from "../azure/signIn.ts";
import { addSummary, workflowRun } from "../github/workflow.ts";
import { project } from "../project.ts";
import { cliOf } from "../pulumi/pulumiCli.ts";
import { backendOf, namedBackends } from "../pulumi/stackBackend.ts";
import { block } from "../report/markdown.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { AcrRepositories } from "./acrRepositories.ts";
import { readCluster } from "./clusterImages.ts";
import { type Backend, knownStacks } from "./knownStacks.ts";
import { pullersOf } from "./pullers.ts";
import { type PurgeOptions, purgeRegistry, type StackRegistry } from "./purgeRegistry.ts";
import { purgeJson, purgeText } from "./purgeText.ts";

/** @throws CouldNotRun */
export async function runPurge(options: PurgeOptions & { json: boolean }): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const azure = await signIn(azureSettingsOf(stackFile(project, options.stack)));
  const purge = await purgeRegistry(options, {
    stacks: () => knownStacks(backends(options.stack, process.env, say)),
    readCluster,
    pullers: (registry) => pullersOf(inSubscriptionOf(azure, registry), registry.id),
    repositories: (registry) => repositoriesIn(inSubscriptionOf(azure, registry), registry),
    ...{ say, now: () => new Date() },
  });
  process.stdout.write(`${options.json ? purgeJson(purge) : purgeText(purge)}\n`);
  const { summaryFile } = workflowRun(process.env);
  if (summaryFile !== undefined) addSummary(summaryFile, `${block(purgeText(purge))}\n\n`);
  process.exitCode = options.deletes && purge.problems.length > 0 ? 1 : 0;
}

/** The stack's own backend, and those of all environments. */
export function backends(stack: string, env: NodeJS.ProcessEnv, say: (line: string) => void): Backend[] {
  const named = namedBackends(env);
  const own = backendOf(stack, env).PULUMI_BACKEND_URL ?? env.PULUMI_BACKEND_URL;
  const urls = new Set([own, ...named.keys()]);
  return [...urls].map((url) => ({
    cli: cliOf({ cwd: project, env: url === undefined ? {} : { PULUMI_BACKEND_URL: url } }, say),
    ofSandboxes: named.get(url ?? "")?.every((environment) => environment === "sandbox") ?? false,
  }));
}

const inSubscriptionOf = (azure: Azure, { id }: StackRegistry): Azure => ({
  ...azure,
  subscription: id.split("/")[2] ?? azure.subscription,
});

/** The state names the registry; a token goes only to the login server that Azure names for it. */
export const repositoriesIn = async (
  azure: Azure,
  registry: Pick<StackRegistry, "id" | "loginServer">,
): Promise<AcrRepositories> => new AcrRepositories(registry.loginServer, await passwordOf(azure, registry));
