/**
 * `sandbox sleep`, `wake` and `schedule`: stop and start the cluster of a sandbox, or of a stack whose settings allow
 * it to sleep.
 */
import { clustersOfStack, type Power } from "../azure/clusterPower.ts";
import { isOf } from "../azure/marks.ts";
import type { AzureSettings } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { jobTimeLimitMinutes } from "../github/workflow.ts";
import { projectNameIn } from "../project.ts";
import { shortName } from "../pulumi/stackName.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";
import { dueTurn, type SleepHours, sleepHoursIn, type Turn } from "../sleep/sleepHours.ts";
import { backendMark } from "./backendMark.ts";
import type { Context } from "./context.ts";
import { allStacks, isExpired, listSandboxes, tags, timeIn, type Sandbox } from "./listSandboxes.ts";
import { appOf, azureSettings, configOf } from "./sandboxFile.ts";
import { sandboxStack } from "./sandboxName.ts";

export interface Slept {
  stack: string;
  power: Power;
}

interface Sleeper {
  stack: string;
  /** The CLI's name for the stack. */
  reference: string;
  azure: AzureSettings;
  /** As in the tag `app` of its resources. */
  app: string;
  hours?: SleepHours;
}

/** @throws CouldNotRun if there is no such sandbox, and no stack of that name that may sleep */
async function sleeperOf(context: Context, name: string, form: string): Promise<Sleeper> {
  const stacks = await allStacks(context.cli);
  const exact = stacks.find((listed) => shortName(listed.name) === name);
  const own = exact === undefined ? undefined : stackSleeper(context, exact.name);
  if (own !== undefined) return own;
  const [sandbox] = await listSandboxes(context.cli, [sandboxStack(name)]);
  if (sandbox !== undefined) return sandboxSleeper(context, sandbox, form);
  throw new CouldNotRun(
    exact === undefined
      ? `no sandbox and no stack is named "${name}"`
      : `stack "${name}" is not a sandbox, and its setting sleepAt is not set: pulumi config set sleepAt 19:00 --stack ${name}`,
  );
}

const sandboxSleeper = ({ folder }: Context, { stack, reference }: Sandbox, form: string): Sleeper =>
  sleeper(folder, reference, { stack, form });

function stackSleeper({ folder }: Context, reference: string): Sleeper | undefined {
  const stack = shortName(reference);
  const found = sleeper(folder, reference, { stack, form: stack });
  return found.hours === undefined ? undefined : found;
}

function sleeper(folder: string, reference: string, { stack, form }: { stack: string; form: string }): Sleeper {
  const hours = sleepHoursIn(configOf(folder, stack, form), projectNameIn(folder));
  const [azure, app] = [azureSettings(folder, stack, form), appOf(folder, stack, form)];
  return { stack, reference, azure, app, ...(hours === undefined ? {} : { hours }) };
}

/** Stops or starts the cluster now. The schedule does not change that until its next turn. @throws CouldNotRun */
export async function setPower(context: Context, name: string, to: Turn["to"], form: string): Promise<Slept> {
  return turn(context, await sleeperOf(context, name, form), to);
}

async function turn(
  { cli, power, say, now }: Context,
  { stack, reference, azure, app }: Sleeper,
  to: Turn["to"],
): Promise<Slept> {
  const asked = await power(azure);
  const clusters = clustersOfStack(await asked.list(), { app, stack, backend: await backendMark(cli) });
  if (clusters.length === 0)
    throw new CouldNotRun(`${stack} has no cluster of its own: one that others use as well does not sleep`);
  for (const cluster of clusters) {
    say(`${to === "sleep" ? "stopping" : "starting"} ${cluster.name}, which takes some minutes`);
    await (to === "sleep" ? asked.stop(cluster) : asked.start(cluster));
  }
  await setTags(cli, reference, { [tags.turned]: now().toISOString() });
  return { stack, power: to === "sleep" ? "stopped" : "running" };
}

export interface Schedule {
  turned: Slept[];
  failed: { stack: string; reason: string }[];
}

/** What a sandbox's hours ask for now; `undefined`: nothing. @throws CouldNotRun naming an invalid setting */
export const turnOf = (context: Context, sandbox: Sandbox, form: string): Promise<Turn | undefined> =>
  turnDue(context, sandboxSleeper(context, sandbox, form));

async function turnDue({ cli, now }: Context, { hours, reference }: Sleeper): Promise<Turn | undefined> {
  if (hours === undefined) return undefined;
  const found = await tagsOf(cli, reference);
  const due = dueTurn(hours, now(), timeIn(found[tags.turned]));
  // Somebody updates it by hand; a later run makes up for it.
  return due?.to === "sleep" && isBeingUpdated(found, now()) ? undefined : due;
}

/** Whether an update has begun that has neither ended nor been killed an hour ago. */
function isBeingUpdated(found: Readonly<Record<string, string>>, now: Date): boolean {
  const since = timeIn(found[tags.updating]);
  return since !== undefined && now.getTime() - since.getTime() < jobTimeLimitMinutes * 60_000;
}

/**
 * Applies the sleep hours of each stack, if not done yet. A stack that fails does not stop the rest.
 * @param stacks empty: every sandbox that has not expired
 */
export async function followSchedule(context: Context, form: string, stacks: readonly string[]): Promise<Schedule> {
  const { cli, now } = context;
  const result: Schedule = { turned: [], failed: [] };
  const sleepers =
    stacks.length > 0
      ? stacks.map((name) => ({ stack: name, find: () => sleeperOf(context, name, form) }))
      : (await listSandboxes(cli))
          .filter((sandbox) => !isExpired(sandbox, now()))
          .map((sandbox) => ({
            stack: sandbox.stack,
            find: () => Promise.resolve(sandboxSleeper(context, sandbox, form)),
          }));
  for (const { stack, find } of sleepers) {
    try {
      const found = await find();
      const due = await turnDue(context, found);
      if (due !== undefined) result.turned.push(await turn(context, found, due.to));
    } catch (error) {
      result.failed.push({ stack, reason: (error as Error).message });
    }
  }
  return result;
}

/** Power state of the clusters of the app's stacks according to Azure; empty if Azure cannot be reached. */
export async function powersOf({ cli, power, folder }: Context, form: string): Promise<ReadonlyMap<string, Power>> {
  try {
    const clusters = await (await power(azureSettings(folder, form, form))).list();
    const of = { app: appOf(folder, form, form), backend: await backendMark(cli) };
    return new Map(
      clusters.flatMap(({ tags, power: state }) =>
        tags.stack !== undefined && isOf(tags, of) ? [[tags.stack, state]] : [],
      ),
    );
  } catch {
    return new Map();
  }
}
