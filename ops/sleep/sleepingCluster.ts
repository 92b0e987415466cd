/**
 * Checks whether a stack's cluster runs before a command uses it: the command would only wait for the API server of a
 * stopped one.
 */
import { clusterPower, clustersOfStack, type ClusterPower, type PoweredCluster } from "../azure/clusterPower.ts";
import type { AzureSettings } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";

/** The stack's cluster is stopped. */
export class Asleep extends CouldNotRun {
  override readonly name = "Asleep";
}

const words = { stopped: "is stopped", stopping: "is being stopped", starting: "is being started", running: "runs" };

/** Explains to people why nothing was done. */
export const asleepText = (stack: string, { name, power }: PoweredCluster): string =>
  `${stack} sleeps: its cluster ${name} ${words[power]}. Wake it: npx tarmac sandbox wake ${stack}`;

/**
 * @returns the stack's cluster if it is not running; `undefined` if it runs, if there is none, if the app is unknown, or if
 * Azure does not answer: the command itself then finds out
 */
export async function sleepingCluster(
  stack: string,
  settings: AzureSettings,
  env: NodeJS.ProcessEnv = process.env,
  power: (settings: AzureSettings, env: NodeJS.ProcessEnv) => Promise<Pick<ClusterPower, "list">> = clusterPower,
): Promise<PoweredCluster | undefined> {
  return (await asleepIn(stack, settings, () => power(settings, env))).asleep[0];
}

/** The stack's clusters that do not run; none if the app is unknown or Azure does not answer. */
async function asleepIn<Asked extends Pick<ClusterPower, "list">>(
  stack: string,
  { app }: AzureSettings,
  power: () => Promise<Asked>,
): Promise<{ asleep: PoweredCluster[]; asked?: Asked }> {
  if (app === undefined) return { asleep: [] };
  try {
    const asked = await power();
    return { asleep: clustersOfStack(await asked.list(), { app, stack }).filter(isAsleep), asked };
  } catch {
    return { asleep: [] };
  }
}

const isAsleep = ({ power }: PoweredCluster) => power !== "running";

/** @throws Asleep */
export async function refuseSleeping(stack: string, settings: AzureSettings, env?: NodeJS.ProcessEnv): Promise<void> {
  const cluster = await sleepingCluster(stack, settings, env);
  if (cluster !== undefined) throw new Asleep(asleepText(stack, cluster));
}

/** Starts those of a stack's clusters that do not run, because an update needs them. @returns whether there were any */
export async function wakeClusters(
  power: Pick<ClusterPower, "start">,
  stack: string,
  clusters: readonly PoweredCluster[],
  say: (line: string) => void,
): Promise<boolean> {
  const asleep = clusters.filter(isAsleep);
  for (const cluster of asleep) {
    say(`${stack} sleeps: starting its cluster ${cluster.name}, which takes some minutes`);
    await power.start(cluster);
  }
  return asleep.length > 0;
}

/** The same with a new sign-in to Azure; `false` if Azure does not answer: the command itself then finds out. */
export async function wakeForUpdate(
  stack: string,
  settings: AzureSettings,
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const { asleep, asked } = await asleepIn(stack, settings, () => clusterPower(settings, env));
  return asked !== undefined && wakeClusters(asked, stack, asleep, say);
}
