/** The command line of `tarmac`: every command, and shell completion from the same declarations. */
import { Command } from "@commander-js/extra-typings";
import { addAdopt } from "./adopt.ts";
import { addAttest } from "./attest.ts";
import { addCheckImage } from "./checkImage.ts";
import { addCompletion } from "./completion.ts";
import { addDeploy } from "./deploy.ts";
import { addDoctor } from "./doctor.ts";
import { addDrift } from "./drift.ts";
import { addPinBase } from "./pinBase.ts";
import { addPolicy } from "./policy.ts";
import { addPreflight } from "./preflight.ts";
import { addPreviewReport } from "./previewReport.ts";
import { addPurge } from "./purge.ts";
import { addSandbox } from "./sandbox.ts";
import { addVerify } from "./verify.ts";

/** A new program each time: Commander keeps what it has parsed. It throws CommanderError instead of exiting. */
export function program(): Command {
  const tarmac = new Command("tarmac")
    .description("Commands for people and CI about stacks of tarmac. Each one explains itself: tarmac COMMAND --help")
    .exitOverride()
    .showHelpAfterError("(add --help to see how the command is called)")
    .addHelpText(
      "after",
      `
A file Pulumi.STACK.env next to a stack's file holds variables for the commands about that stack, e.g. PULUMI_BACKEND_URL.
TARMAC_STACK names the stack whose variables this environment already has; that stack is then the default.

Exit code: 0 done, 1 found something wrong, 2 could not run.`,
    );
  for (const add of [
    addDoctor,
    addCheckImage,
    addPinBase,
    addPolicy,
    addPreflight,
    addPreviewReport,
    addDeploy,
    addAttest,
    addVerify,
    addDrift,
    addSandbox,
    addPurge,
    addAdopt,
  ])
    add(tarmac);
  addCompletion(tarmac);
  return tarmac;
}
