/** Looks at a stack whose image follows from another: its program is given the images that it runs, as it builds none. */
import { existsSync, readFileSync } from "node:fs";
import { projectNameIn } from "../project.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { configIn, stackFile } from "../stackFiles/stackFile.ts";
import { chosenImages } from "./chosenImages.ts";
import { deployedServices } from "./deployedServices.ts";

export interface Kept {
  /** Stack that the image follows from. */
  imageFrom: string;
  /** Settings by key; empty before the first deployment. */
  changes: Record<string, unknown>;
}

/**
 * @param folder of the project
 * @param file stack file. Default: the stack's own in the folder
 * @returns `undefined` for a stack that builds its image, or that names one
 */
export async function keptImages(
  cli: Cli,
  folder: string,
  stack: string,
  file = stackFile(folder, stack),
): Promise<Kept | undefined> {
  const project = projectNameIn(folder);
  const config = existsSync(file) ? configIn(readFileSync(file, "utf8")) : {};
  const imageFrom = config[`${project}:imageFrom`];
  const isChosen = config[`${project}:image`] !== undefined || config[`${project}:images`] !== undefined;
  if (typeof imageFrom !== "string" || isChosen) return undefined;
  // What is wrong with a stack that cannot be read, whoever looks at it says better.
  const services = await stateOf(cli, stack).then(deployedServices, () => []);
  const images = Object.fromEntries(
    services.flatMap(({ name, image }) => (image === undefined ? [] : [[name, image]])),
  );
  const changes = Object.keys(images).length === 0 ? {} : chosenImages(project, images);
  return { imageFrom, changes };
}

/** For whoever reads a preview of such a stack. */
export const keptText = ({ imageFrom, changes }: Kept): string =>
  `The image follows from ${imageFrom}: the deployment takes the one that passes there. ` +
  (Object.keys(changes).length > 0
    ? "This preview has the image that runs now."
    : "This preview does not know it yet.");
