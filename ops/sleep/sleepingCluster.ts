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
  const { app } = settings;
  if (app === undefined) return undefined;
  try {
    const clusters = clustersOfStack(await (await power(settings, env)).list(), { app, stack });
    return clusters.find((cluster) => cluster.power !== "running");
  } catch {
    return undefined;
  }
}

/** @throws Asleep */
export async function refuseSleeping(stack: string, settings: AzureSettings, env?: NodeJS.ProcessEnv): Promise<void> {
  const cluster = await sleepingCluster(stack, settings, env);
  if (cluster !== undefined) throw new Asleep(asleepText(stack, cluster));
}

/** Starts the stack's cluster if it is stopped, because an update needs it. @returns whether it was stopped */
export async function wakeForUpdate(
  stack: string,
  settings: AzureSettings,
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const cluster = await sleepingCluster(stack, settings, env);
  if (cluster === undefined) return false;
  say(`${stack} sleeps: starting its cluster ${cluster.name}, which takes some minutes`);
  await (await clusterPower(settings, env)).start(cluster);
  return true;
}
