/** `tarmac check-image`: runs an image as a restricted pod would. */
import { type Command, Option } from "@commander-js/extra-typings";
import { checkDefaults } from "../checkImage/checkDefaults.ts";
import { databaseDays, scannerChoices } from "../checkImage/vulnerabilities/scanOptions.ts";
import { defaultStack, enterEnvironment, ownStack } from "../stackEnvironment.ts";
import { collect } from "./namedStack.ts";

export function addCheckImage(program: Command): void {
  program
    .command("check-image")
    .summary("find out what would go wrong with an image in Kubernetes, before deploying it")
    .description(
      "Runs an image on this machine's Docker engine as a restricted pod would run it, and reports what would go wrong in " +
        "Kubernetes. IMAGE is pulled if the engine does not have it, with all of its platforms. PATH, a folder with a " +
        "Dockerfile or a Dockerfile, is built first. FILE is an image as docker save writes it, or an OCI layout in a tar file.",
    )
    .usage("[options] IMAGE | PATH | FILE")
    .argument(
      "[subject]",
      "image to check, folder or Dockerfile to build, or image file to load (default: the folder that the stack builds)",
    )
    .optionsGroup("What the Deployment gives the container:")
    .option(
      "--stack <name>",
      "everything from Pulumi.NAME.yaml; the options below take precedence, and their defaults are those without a stack",
    )
    .option("--memory <amount>", `memory limit (default: ${checkDefaults.memory})`)
    .option("--cpu <amount>", `CPU limit (default: ${checkDefaults.cpu})`)
    .option("--user <id>", `user and group of the process (default: ${checkDefaults.user})`)
    .option("--port <number>", `the value of PORT (default: ${checkDefaults.port})`)
    .option("--env <name=value>", "an environment variable; may be repeated", collect)
    .option("--tmp-size <amount>", `size of the writable /tmp (default: ${checkDefaults.tmpSize})`)
    .option("--writable <path>", "a folder that a volume makes writable; may be repeated", collect)
    .option("--health-path <path>", `path of the liveness probe (default: ${checkDefaults.healthPath})`)
    .option("--ready-path <path>", `path of the readiness probe (default: ${checkDefaults.readyPath})`)
    .option(
      "--ready-within <seconds>",
      `time from start to ready (default: delay + period * failures of the readiness probe, ${checkDefaults.readySeconds})`,
    )
    .option("--drain <seconds>", `the value of DRAIN_SECONDS (default: ${checkDefaults.drainSeconds})`)
    .option(
      "--grace <seconds>",
      `time from SIGTERM to SIGKILL (default: grace period minus preStop, ${checkDefaults.graceSeconds})`,
    )
    .option("--platform <name>", "platform of the nodes (default: the setting platform)")
    .optionsGroup("How PATH is built:")
    .option("--dockerfile <file>", "Dockerfile (default: Dockerfile in PATH)")
    .option(
      "--build-arg <name=value>",
      "a build argument; may be repeated; takes precedence over the stack's buildArgs",
      collect,
    )
    .option("--target <stage>", "build stage (default: the last)")
    .optionsGroup("How the image is checked:")
    .option("--size-budget <size>", "largest compressed size, e.g. 100MB")
    .option("--requests <number>", `requests of the small load (default: ${checkDefaults.load.requests})`)
    .option("--connections <number>", `connections at a time (default: ${checkDefaults.load.connections})`)
    .option("--load-path <path>", `path to request (default: ${checkDefaults.load.path})`)
    .option("--network <name>", "Docker network to run in, e.g. with a database or another service that it needs")
    .option("--no-run", "only inspect the image, do not run it")
    .option(
      "--timeout <seconds>",
      `time limit for everything but building, pulling and scanning (default: ${checkDefaults.timeoutSeconds})`,
    )
    .addOption(
      new Option(
        "--vulnerabilities <scanner>",
        "look for known vulnerabilities with a scanner on PATH; without it or its database the check is not complete",
      ).choices(scannerChoices),
    )
    .option("--database-age <days>", `oldest database of the scanner that counts (default: ${databaseDays})`)
    .optionsGroup("What counts, and how it is shown:")
    .option("--accept <code>", "a finding that does not count, e.g. setuid-files; may be repeated", collect)
    .option(
      "--policy <file>",
      "YAML file with severities: { CODE: finding | warning | note | off } and stacks: { NAME: ... }",
    )
    .option("--json", "print { image, findings, checks, ... }")
    .option("--sarif <file>", "write the findings as SARIF 2.1.0, for code scanning")
    .option("--junit <file>", "write the checks as JUnit XML, for test reports")
    .addHelpText(
      "after",
      `
Examples:
  npx tarmac check-image app
  npx tarmac check-image --stack prod myregistry.azurecr.io/hello:1.4.2

Exit code: 0 nothing found (warnings and notes do not count), 1 findings, 2 could not check, or not all. docs/check-image.md explains every finding.`,
    )
    .action(async (subject, values) => {
      // Uses the engine of the default stack's environment, whichever stack's settings are used.
      if (process.env.DOCKER_HOST === undefined) await enterEnvironment(await defaultStack());
      const stack = values.stack ?? ownStack();
      const [{ readOptions }, { runCheckImage }] = await Promise.all([
        import("../checkImage/checkImageOptions.ts"),
        import("../checkImage/runCheckImage.ts"),
      ]);
      await runCheckImage(readOptions({ ...values, ...(stack === undefined ? {} : { stack }) }, subject));
    });
}
