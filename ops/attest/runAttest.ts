/** Attests the images of a stack, and prints the result. */
import { checkedOutCommit } from "../deploy/checkedOutCommit.ts";
import { workflowRun } from "../github/workflow.ts";
import { project } from "../project.ts";
import { cliOf } from "../pulumi/pulumiCli.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { masker } from "../report/mask.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { namedStackFile } from "../stackFiles/namedStackFile.ts";
import { attestStack } from "./attestStack.ts";

export interface RunAttestOptions {
  stack: string;
  again?: true;
  configFile?: string;
  json?: true;
}

/** @returns the exit code @throws CouldNotRun */
export async function runAttest({ stack, again, configFile, json }: RunAttestOptions): Promise<number> {
  Object.assign(process.env, backendOf(stack, process.env));
  const hide = masker(process.env);
  const say = (line: string) => void process.stderr.write(`${hide(line)}\n`);
  const file = namedStackFile(stack, configFile);
  const { signWith } = settingsInFile(file, stack);
  const checkedOut = await checkedOutCommit(project);
  const attested = await attestStack({
    ...{ cli: cliOf({ cwd: project }, say), stack, file, folder: project, signWith, say },
    ...{ again: again === true, commit: checkedOut?.clean === true ? checkedOut.commit : undefined },
    workflow: workflowRun(process.env),
  });
  if (json === true) process.stdout.write(`${JSON.stringify(attested, undefined, 2)}\n`);
  if (attested.length === 0)
    say(
      `the last update of ${stack} built no image: it was a rollback, or a setting (image, imageFrom) names the image. ` +
        "Attest the stack that builds it, after a deployment",
    );
  return attested.length === 0 ? 1 : 0;
}
