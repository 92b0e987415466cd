/** `tarmac attest`: attaches SBOM, provenance and signature to a stack's images. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { configFileOption, namedStack, stackOption } from "./namedStack.ts";

export function addAttest(program: Command): void {
  program
    .command("attest")
    .summary("attach SBOM, provenance and signature to the images that a stack has built")
    .description(
      "Attaches to each image that the stack has built, in its registry and by its digest: an SBOM (CycloneDX, by syft), " +
        "provenance (SLSA v1), and with the setting signWith a signature. What an image has already stays as it is. A deployment does the " +
        "same automatically if the setting attest is true.",
    )
    .argument("[stack]", "stack that has built the images (required)")
    .option(...stackOption)
    .option("--again", "attach everything again, e.g. after another key was set")
    .option(...configFileOption)
    .option("--json", "print [{ image, attached, kept }]")
    .addHelpText(
      "after",
      "\nExit code: 0 every image has everything, 1 the last update built no image, 2 could not run. docs/attestations.md",
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack);
      if (stack === undefined) throw new UsageError("name the stack that has built the images: tarmac attest STACK");
      await enterEnvironment(stack);
      const { runAttest } = await import("../attest/runAttest.ts");
      process.exitCode = await runAttest({ ...options, stack });
    });
}
