/** Verifies the images of a stack, and prints the result. */
import { isKeyId, trustedSignerProblem } from "@tarmac/settings/attestationSettings";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { CouldNotRun, UsageError } from "../couldNotRun.ts";
import { deployedServices } from "../deploy/deployedServices.ts";
import { project } from "../project.ts";
import { cliOf } from "../pulumi/pulumiCli.ts";
import { registryIdIn } from "../pulumi/registryInState.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { masker } from "../report/mask.ts";
import { namedStackFile } from "../stackFiles/namedStackFile.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { verifiedLines, verifyImages } from "./verifyImages.ts";

export interface RunVerifyOptions {
  stack: string;
  image?: string;
  signer?: string[];
  configFile?: string;
  json?: true;
}

/** @returns the exit code @throws CouldNotRun */
export async function runVerify({ stack, image, signer, configFile, json }: RunVerifyOptions): Promise<number> {
  Object.assign(process.env, backendOf(stack, process.env));
  const hide = masker(process.env);
  const say = (line: string) => void process.stderr.write(`${hide(line)}\n`);
  const file = namedStackFile(stack, configFile);
  const { trustedSigners, signWith } = settingsInFile(file, stack);
  const problem = (signer ?? []).map(trustedSignerProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw new UsageError(`--signer: ${problem}`);
  // Whoever signs here is trusted here.
  const own = signWith !== undefined && isKeyId(signWith) ? [signWith] : [];
  const entries = [signer ?? [], trustedSigners, own].find((list) => list.length > 0);
  if (entries === undefined)
    throw new CouldNotRun(
      `${stack} trusts no signer: set trustedSigners, or name one: npx tarmac verify ${stack} --signer keys/signing.pem`,
    );
  const cli = cliOf({ cwd: project }, say);
  const state = await stateOf(cli, stack);
  const images = image === undefined ? deployedServices(state).flatMap((one) => one.image ?? []) : [image];
  if (images.length === 0)
    throw new CouldNotRun(`stack "${stack}" runs no image: deploy it first: npx tarmac deploy ${stack}`);
  const wanted = images.map((one) => ({ image: one, registryId: registryIdIn(state, splitImageReference(one).host) }));
  const verified = await verifyImages({ cli, stack, file }, wanted, entries, project);
  if (json === true) process.stdout.write(`${JSON.stringify(verified, undefined, 2)}\n`);
  else for (const line of verified.flatMap(verifiedLines)) process.stdout.write(`${hide(line)}\n`);
  return verified.every(({ problems }) => problems.length === 0) ? 0 : 1;
}
