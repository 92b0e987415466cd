/** Runs one of the commands for sandboxes and prints its result. */
import { userInfo } from "node:os";
import { setOutput, workflowRun } from "../github/workflow.ts";
import { preflightBeforeFirstUpdate } from "../preflight/runPreflight.ts";
import { ownPolicyPack } from "../policy/policyPack.ts";
import { project } from "../project.ts";
import { cliOf, PulumiFailed } from "../pulumi/pulumiCli.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { azureResources } from "../azure/azureResources.ts";
import { clusterPower } from "../azure/clusterPower.ts";
import { azureInventory } from "./azureInventory.ts";
import type { Context } from "./context.ts";
import { doDue, dueSandboxes } from "./due.ts";
import { down, findSandbox } from "./sandboxDown.ts";
import { extend } from "./extend.ts";
import { fromNow, lifetime } from "./lifetime.ts";
import { sandboxStack } from "./sandboxName.ts";
import { aftermath } from "../deploy/aftermath.ts";
import { leftOverLock } from "./leftOverLock.ts";
import { reportSandboxes, type ReportOptions } from "./reportSandboxes.ts";
import type { SandboxNews } from "./sandboxNews.ts";
import { newsOfAlive, newsOfDown, newsOfMade, newsOfReaping, tellNews } from "./tellNews.ts";
import { sharedCluster } from "./sharedCluster.ts";
import { timeBudget } from "./timeBudget.ts";
import { groupsOnly, reap } from "./reap.ts";
import { followSchedule, powersOf, setPower } from "./sleep.ts";
import { downReport, failures, listReport, reapReport, scheduleReport } from "./sandboxText.ts";
import { isExpired, listSandboxes } from "./listSandboxes.ts";
import { up } from "./sandboxUp.ts";

interface Common {
  /** Stack whose file is the template. Default: TARMAC_SANDBOX_FORM, or "sandbox". */
  from?: string;
  json?: true;
}

export type RunSandbox = Common &
  (
    | {
        command: "up";
        name: string;
        ttl: string;
        owner?: string;
        policy: boolean;
        preflight?: boolean;
        takeLock?: true;
      }
    | ({ command: "report" } & ReportOptions)
    | { command: "sleep" | "wake"; name: string }
    | { command: "schedule"; stacks: readonly string[] }
    | { command: "list" }
    | { command: "extend"; name: string; ttl: string }
    | { command: "down"; name: string; madeByOthers?: true; takeLock?: true }
    | {
        command: "due";
        /** Absent: lists what is due. */
        name?: string | undefined;
        takeLock?: true;
        /** A lifetime, e.g. "50m". */
        budget: string;
      }
    | {
        command: "reap";
        dryRun?: true;
        groups?: true;
        madeByOthers?: true;
        /** Lifetimes, e.g. "20m". */
        budget: string;
        within: string;
      }
  );

/** @returns the exit code @throws CouldNotRun */
export async function runSandbox(wanted: RunSandbox): Promise<number> {
  try {
    return (await run(wanted)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    process.stderr.write(`Pulumi failed: ${error.message}\n`);
    return 1;
  }
}

/** @returns whether everything succeeded */
async function run(wanted: RunSandbox): Promise<boolean> {
  const json = wanted.json === true;
  const say = (line: string) => void process[json ? "stderr" : "stdout"].write(`${line}\n`);
  const contextWithin = (signal?: AbortSignal): Context => ({
    // The state contains the key of a sandbox whose file was never on this machine.
    cli: cliOf({ cwd: project, env: { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" }, signal }, say),
    azure: (settings) => azureInventory(settings, process.env, signal),
    power: (settings) => clusterPower(settings, process.env, signal),
    resources: azureResources,
    preflight: async (stack, file) => {
      if (wanted.command === "up" && wanted.preflight === false) return;
      await preflightBeforeFirstUpdate(stack, file, say);
    },
    cluster: sharedCluster,
    watch: (stack, signalOfUpdate) => watchStackRollout(context.cli, stack, say, signalOfUpdate),
    folder: project,
    say,
    now: () => new Date(),
    lock: {},
    within: contextWithin,
  });
  const context = contextWithin();
  const form = wanted.from ?? process.env.TARMAC_SANDBOX_FORM ?? "sandbox";
  const show = (result: unknown, text: string) =>
    void process.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : text}\n`);
  switch (wanted.command) {
    case "up": {
      const { name } = wanted;
      const owner = wanted.owner ?? process.env.GITHUB_ACTOR ?? userInfo().username;
      const policyPack = wanted.policy ? ownPolicyPack(sandboxStack(name), project) : undefined;
      const takeLock = wanted.takeLock === true;
      const [existing] = takeLock ? await listSandboxes(context.cli, [sandboxStack(name)]) : [];
      const lock = leftOverLock(takeLock, existing, context.now());
      const made = await up({ ...context, lock }, name, {
        ...{ lifetime: lifetime(wanted.ttl), owner, form, policyPack },
      }).catch(async (error: unknown) => {
        await tellNews(async () => [await newsOfFailure(error as Error, sandboxStack(name), owner, context.now())]);
        throw error;
      });
      await tellNews(async () => [await newsOfMade(context, made, owner)]);
      const { reach } = made.outputs;
      show(
        made,
        [
          "",
          `${made.stack} is up${typeof reach === "string" ? `: ${reach}` : ""}`,
          `  expires ${fromNow(new Date(made.expires), context.now())}; to extend it: npx tarmac sandbox extend ${name} --ttl 8h`,
          `  to delete it: npx tarmac sandbox down ${name}`,
        ].join("\n"),
      );
      return true;
    }
    case "report":
      await reportSandboxes(wanted, { say, now: context.now() });
      return true;
    case "list": {
      const sandboxes = await listSandboxes(context.cli);
      const powers = await powersOf(context, form);
      const shown = sandboxes.map((sandbox) => {
        const cluster = powers.get(sandbox.stack);
        return { ...sandbox, ...(cluster === undefined ? {} : { cluster }) };
      });
      show(shown, listReport(sandboxes, powers, context.now()));
      return true;
    }
    case "sleep":
    case "wake": {
      const done = await setPower(context, wanted.name, wanted.command, form);
      await tellNews(() => newsOf(context, [done.stack], form));
      show(
        done,
        wanted.command === "sleep"
          ? `${done.stack} sleeps; to wake it: npx tarmac sandbox wake ${wanted.name}`
          : `${done.stack} runs again; its pods take a minute or two`,
      );
      return true;
    }
    case "schedule": {
      const result = await followSchedule(context, form, wanted.stacks);
      const turned = result.turned.map(({ stack }) => stack);
      await tellNews(() => newsOf(context, turned, form));
      show(result, scheduleReport(result));
      return result.failed.length === 0;
    }
    case "extend": {
      const { name } = wanted;
      const expires = await extend(context, name, lifetime(wanted.ttl), form);
      await tellNews(() => newsOf(context, [sandboxStack(name)], form));
      show({ name, expires }, `${name} now expires ${fromNow(new Date(expires), context.now())} (${expires})`);
      return true;
    }
    case "down": {
      const madeByOthers = wanted.madeByOthers === true;
      const sandbox = await findSandbox(context, wanted.name);
      const lock = leftOverLock(wanted.takeLock === true, sandbox, context.now());
      const result = await down({ ...context, lock }, sandbox, { form, madeByOthers }).catch(async (error: unknown) => {
        await tellNews(() => [newsOfDown(sandbox.stack, { failed: (error as Error).message }, context.now())]);
        throw error;
      });
      await tellNews(() => [newsOfDown(sandbox.stack, result, context.now())]);
      show(result, downReport(result));
      return result.left.length === 0;
    }
    case "due":
      return wanted.name === undefined
        ? listDue(context, form, show)
        : doWhatIsDue(context, wanted.name, { form, ...wanted }, show);
    case "reap": {
      const madeByOthers = wanted.madeByOthers === true;
      const result = await reap(context, {
        ...{ form, dryRun: wanted.dryRun === true, madeByOthers },
        ...{ budget: timeBudget("--budget", wanted.budget), within: timeBudget("--within", wanted.within) },
        ...(wanted.groups === true && { only: groupsOnly }),
      });
      await tellNews(async () => newsOfReaping(result, await powersOf(context, form), context.now()));
      show(result, reapReport(result, context.now()));
      return failures(result) === 0;
    }
  }
}

type Show = (result: unknown, text: string) => void;

/** Also passes on the news of the sandboxes with nothing to do: their comments and warnings need it. */
async function listDue(context: Context, form: string, show: Show): Promise<boolean> {
  const { due, rest, failed } = await dueSandboxes(context, form);
  const { outputFile } = workflowRun(process.env);
  if (outputFile !== undefined) setOutput(outputFile, "sandboxes", JSON.stringify(due));
  const alive = rest.filter((sandbox) => !isExpired(sandbox, context.now()));
  const powers = await powersOf(context, form);
  await tellNews(() => alive.map((sandbox) => newsOfAlive(sandbox, powers, context.now())));
  const lines = failed.map(({ stack, reason }) => `${stack}: ${reason}`);
  show({ due, failed }, [due.length === 0 ? "nothing is due" : `due: ${due.join(", ")}`, ...lines].join("\n"));
  return failed.length === 0;
}

async function doWhatIsDue(
  context: Context,
  name: string,
  { form, takeLock, budget }: { form: string; takeLock?: true; budget: string },
  show: Show,
): Promise<boolean> {
  const minutes = timeBudget("--budget", budget);
  const [sandbox] = await listSandboxes(context.cli, [sandboxStack(name)]);
  const lock = leftOverLock(takeLock === true, sandbox, context.now());
  const options = { form, dryRun: false, madeByOthers: false, budget: minutes, within: minutes };
  const { reaping, schedule } = await doDue({ ...context, lock }, name, options);
  if (reaping !== undefined) {
    await tellNews(async () => newsOfReaping(reaping, await powersOf(context, form), context.now()));
    show(reaping, reapReport(reaping, context.now()));
    return failures(reaping) === 0;
  }
  if (schedule === undefined) {
    const gone = { stack: sandboxStack(name), swept: [], left: [], kept: [] };
    await tellNews(() => [newsOfDown(gone.stack, gone, context.now())]);
    show({}, `sandbox "${name}" no longer exists`);
    return true;
  }
  await tellNews(() => newsOf(context, [sandboxStack(name)], form));
  show(schedule, scheduleReport(schedule));
  return schedule.failed.length === 0;
}

/** News of the sandboxes among these stacks. */
async function newsOf(context: Context, stacks: readonly string[], form: string): Promise<SandboxNews[]> {
  const [sandboxes, powers] = [await listSandboxes(context.cli, stacks), await powersOf(context, form)];
  return sandboxes.map((sandbox) => newsOfAlive(sandbox, powers, context.now()));
}

/** Why a sandbox failed to start: Pulumi's errors, and the doctor's findings. */
async function newsOfFailure(error: Error, stack: string, owner: string, now: Date): Promise<SandboxNews> {
  const diagnosis =
    error instanceof PulumiFailed
      ? await aftermath(stack, []).then(
          (found) => found.diagnosis ?? "The doctor finds nothing wrong with the pods.",
          (cause: unknown) => `The pods could not be checked: ${(cause as Error).message}`,
        )
      : undefined;
  const reason = [error.message, ...(diagnosis === undefined ? [] : ["", diagnosis])].join("\n");
  return { stack, state: "failed", at: now.toISOString(), owner, reason };
}
