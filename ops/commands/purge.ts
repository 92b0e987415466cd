/** `tarmac purge`: deletes old images of a registry. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { collectList, namedStack, stackOption } from "./namedStack.ts";

export function addPurge(program: Command): void {
  program
    .command("purge")
    .summary("delete old images from a stack's Azure registry")
    .description(
      "Deletes manifests of the repositories that a stack pushes to, by digest. What stays: every image that a stack of the " +
        "project names in its state or its tags (so what it runs, and what it may roll back to), every image that runs on " +
        "the clusters of the stacks that use the registry, the newest other ones, everything young, and everything locked; " +
        "each with the manifests of its index and what refers to it (signatures, SBOMs). It stops if a stack or a cluster " +
        "cannot be read, or if an identity of no known stack may pull. Without --yes it only reports.",
    )
    .argument("[stack]", "stack whose registry is purged (required)")
    .option(...stackOption)
    .option("--keep <number>", "how many of the newest unused images stay in each repository", "10")
    .option("--older-than <age>", "delete nothing younger, e.g. 36h or 30d; at least 1d", "7d")
    .option(
      "--repository <name>",
      "another repository of the registry to purge; may be repeated or comma-separated",
      collectList,
    )
    .option(
      "--without-cluster <stack>",
      "do not read this stack's cluster, only its state; may be repeated or comma-separated",
      collectList,
    )
    .option(
      "--ignore-puller <id>",
      "object id of an identity that may pull, belongs to no stack, and runs none of these images; may be repeated or comma-separated",
      collectList,
    )
    .option("--yes", "delete")
    .option("--json", "print { loginServer, users, repositories: [{ name, kept, deleted }], bytes, dryRun, problems }")
    .addHelpText(
      "after",
      `
Examples:
  npx tarmac purge dev
  npx tarmac purge dev --keep 20 --older-than 30d --yes

Exit code: 0 done, 1 something could not be deleted, 2 could not run, e.g. because it is not known what runs. docs/registries.md`,
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack);
      if (stack === undefined) throw new UsageError("name the stack whose registry to purge: tarmac purge STACK");
      if (!/^\d{1,4}$/.test(options.keep))
        throw new UsageError(`--keep: "${options.keep}" is not a number of images: use 0 to 9999`);
      const olderThanMinutes = ageMinutes(options.olderThan);
      await enterEnvironment(stack);
      const { runPurge } = await import("../purge/runPurge.ts");
      await runPurge({
        ...{ stack, keep: Number(options.keep), olderThanMinutes, repositories: options.repository ?? [] },
        ...{ withoutCluster: options.withoutCluster ?? [], ignoredPullers: options.ignorePuller ?? [] },
        ...{ deletes: options.yes === true, json: options.json === true },
      });
    });
}

/** A deployment pushes its image long before its state names it, so a day is the least. */
function ageMinutes(text: string): number {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  const hours = Number(count ?? Number.NaN) * (unit === "d" ? 24 : 1);
  if (hours >= 24) return hours * 60;
  throw new UsageError(`--older-than: "${text}" is not an age: use 1d or more, e.g. "36h" or "30d"`);
}
