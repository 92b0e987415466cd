/** How an image that is not attested gets its attestations: the end of the message that stops a deployment. */
import { existsSync } from "node:fs";
import { stackFile } from "../stackFiles/stackFile.ts";
import { stackSettings } from "../stackFiles/settingsFromFile.ts";

/**
 * @param folder of the project
 * @param from the stack that has proved the image, as `imageFrom` names it; its file may be in another project
 */
export function attestHint(folder: string, from: string | undefined): string {
  if (from === undefined) return "Attest the image where it was built: npx tarmac attest STACK (docs/attestations.md)";
  const attest = `npx tarmac attest ${from}`;
  if (!existsSync(stackFile(folder, from)) || stackSettings(folder, from).signWith !== undefined)
    return `Attest the image where it was built: ${attest}`;
  return (
    `Pulumi.${from}.yaml has no signWith, so nothing signs its images: pulumi config set attest true --stack ${from}, set signWith to a key ` +
    `or to keyless (docs/attestations.md), and then ${attest}`
  );
}
