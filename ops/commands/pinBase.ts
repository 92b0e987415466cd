/** `tarmac pin-base`: pins the base images of a Dockerfile to the digests that their tags have now. */
import { type Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";

export function addPinBase(program: Command): void {
  program
    .command("pin-base")
    .summary("pin the base images of a Dockerfile by digest, and move the pins that are out of date")
    .description(
      "Asks the registry of each base image (FROM, COPY --from, RUN --mount=from) which digest its tag has now, and compares it with the " +
        "Dockerfile. A reference that an ARG has as its default is changed there. Without --write or --pull-request it only reports.",
    )
    .usage("[options] PATH...")
    .argument("[path...]", "folders with a Dockerfile, or Dockerfiles (required)")
    .addOption(
      new Option(
        "--newest <line>",
        "move to the newest release, too: minor, of the same major version; patch, of the same minor version",
      ).choices(["minor", "patch"] as const),
    )
    .option("--write", "write the Dockerfiles")
    .option("--pull-request", "in a workflow: open a pull request, update the open one, or close one that is obsolete")
    .option("--json", "print [{ dockerfile, bases: [{ from, to }], problems }]")
    .addHelpText(
      "after",
      `
Examples:
  npx tarmac pin-base app
  npx tarmac pin-base app --newest minor --write

Exit code: 0 done or nothing to do, 1 a base is out of date and nothing was written, 2 could not judge a base. docs/check-image.md`,
    )
    .action(async (paths, options) => {
      if (paths.length === 0)
        throw new UsageError("name a folder with a Dockerfile, or a Dockerfile: tarmac pin-base PATH");
      if (options.write === true && options.pullRequest === true)
        throw new UsageError("--write and --pull-request: use one of them");
      const [{ runPinBase }, { caller, project }] = await Promise.all([
        import("../pinBase/runPinBase.ts"),
        import("../project.ts"),
      ]);
      process.exitCode = await runPinBase({
        ...{ paths, newest: options.newest, json: options.json === true, project, caller },
        mode: options.write === true ? "write" : options.pullRequest === true ? "pull-request" : "report",
      });
    });
}
