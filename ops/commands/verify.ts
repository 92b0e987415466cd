/** `tarmac verify`: verifies the attestations of a stack's images. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { collectList, configFileOption, namedStack, stackOption } from "./namedStack.ts";

export function addVerify(program: Command): void {
  program
    .command("verify")
    .summary("verify that trusted signers attest the images that a stack runs")
    .description(
      "Verifies that each image which the stack runs has an SBOM, provenance and a signature by a trusted signer, in the " +
        "registry that the pods pull from. A deployment does the same before it changes anything, if the setting trustedSigners lists signers.",
    )
    .argument("[stack]", "stack that runs the images (required)")
    .option(...stackOption)
    .option(
      "--image <reference>",
      "verify this image, HOST/REPOSITORY@DIGEST of the stack's registry, instead of those that run",
    )
    .option(
      "--signer <signer>",
      "whom to trust instead of the setting trustedSigners: id of a key, file with a public key, or workflow; may be repeated or comma-separated",
      collectList,
    )
    .option(...configFileOption)
    .option("--json", "print [{ image, signed, origin, problems }]")
    .addHelpText(
      "after",
      `
Examples:
  npx tarmac verify staging
  npx tarmac verify dev --signer keys/signing.pem

Exit code: 0 every image is attested, 1 one is not, 2 could not run. docs/attestations.md`,
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack);
      if (stack === undefined) throw new UsageError("name the stack that runs the images: tarmac verify STACK");
      await enterEnvironment(stack);
      const { runVerify } = await import("../attest/runVerify.ts");
      process.exitCode = await runVerify({ ...options, stack });
    });
}
