/** `tarmac doctor`: finds the root cause of each failing pod. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { defaultStack, enterEnvironment } from "../stackEnvironment.ts";
import { namedStack, stackOption } from "./namedStack.ts";

/** Seconds. */
const longestWait = 3600;

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .summary("find out why a workload does not run, and how to fix it")
    .description(
      "Checks a workload through the Kubernetes API, the registry's API and Azure's role assignments. Prints one root cause " +
        "for each failing pod, with the evidence and the command that fixes it, in the order to fix them. Only reads.",
    )
    .argument("[stack]", "stack whose workload to check (default: the selected stack)")
    .optionsGroup("What to check:")
    .option(...stackOption)
    .option("-n, --namespace <name>", "the pods of a namespace; without a stack, on the kubeconfig's current cluster")
    .option("-l, --selector <labels>", 'only pods with these labels, e.g. "app=web,tier!=cache"')
    .option("--context <name>", "another context of the kubeconfig")
    .option("--kubeconfig <file>", "another kubeconfig (default: KUBECONFIG, ~/.kube/config)")
    .optionsGroup("How to check and report:")
    .option("-w, --watch", "check every few seconds and print what changed, until Ctrl-C")
    .option(
      "--wait <seconds>",
      `check again for up to this long while a workload is only starting, 1 to ${longestWait}`,
    )
    .option(
      "--rollout",
      'while "pulumi up" is running: print each cause that holds up the rollout as one line, and exit with 1 once waiting cannot fix it',
    )
    .option("--json", "print { healthy, target, findings: [{ code, affected, evidence, mend, docs }], pods, notSeen }")
    .option("--record <file>", "also write every observation to a file (no secret values; logs as they are)")
    .option("--replay <file>", "diagnose a recorded file, without a cluster")
    .addHelpText(
      "after",
      `
Azure is read as ARM_CLIENT_ID/ARM_CLIENT_SECRET/ARM_TENANT_ID or as "az login"; without a sign-in everything else is still checked.

Exit code: 0 healthy, 1 findings, 2 could not check, or still starting. docs/doctor.md lists every cause.`,
    )
    .action(async (argument, options) => {
      const { namespace, selector, context, kubeconfig, replay } = options;
      const named = namedStack(argument, options.stack);
      if (selector !== undefined && namespace === undefined && named === undefined)
        throw new UsageError("--selector needs a stack or --namespace");
      if (replay !== undefined && options.watch === true)
        throw new UsageError("--replay and --watch exclude each other");
      const wait = options.wait === undefined ? undefined : waitSeconds(options.wait);
      for (const name of ["replay", "watch"] as const) {
        if (options.wait !== undefined && options[name] !== undefined)
          throw new UsageError(`--wait and --${name} exclude each other`);
      }
      const beside = Object.keys(options).filter((name) => name !== "rollout" && name !== "stack");
      if (options.rollout === true && (named === undefined || beside.length > 0))
        throw new UsageError(`--rollout needs a stack${beside.map((name) => ` and excludes --${name}`).join("")}`);
      const elsewhere = [namespace, context, kubeconfig, replay].some((value) => value !== undefined);
      const stack = named ?? (elsewhere ? undefined : await defaultStack());
      await enterEnvironment(stack);
      const { runDoctor } = await import("../doctor/runDoctor.ts");
      await runDoctor({ ...options, wait, stack });
    });
}

function waitSeconds(given: string): number {
  const seconds = /^\d+$/.test(given) ? Number(given) : NaN;
  if (seconds >= 1 && seconds <= longestWait) return seconds;
  throw new UsageError(
    `--wait ${given}: must be a whole number of seconds from 1 to ${longestWait}, for example --wait 60`,
  );
}
