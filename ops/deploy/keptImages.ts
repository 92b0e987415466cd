/**
 * For a stack whose image comes from another stack: gives its program the images that currently run, because it builds
 * none.
 */
import { existsSync, readFileSync } from "node:fs";
import { projectNameIn } from "../project.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { configIn, stackFile } from "../stackFiles/stackFile.ts";
import { chosenImages } from "./chosenImages.ts";
import { deployedServices } from "./deployedServices.ts";

export interface Kept {
  /** Stack that the image comes from. */
  imageFrom: string;
  /** Settings by key; empty before the first deployment. */
  changes: Record<string, unknown>;
}

/**
 * @param folder of the project
 * @param file stack file. Default: the stack's own file in the folder
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
  // If the stack cannot be read, the caller reports that better.
  const services = await stateOf(cli, stack).then(deployedServices, () => []);
  const images = Object.fromEntries(
    services.flatMap(({ name, image }) => (image === undefined ? [] : [[name, image]])),
  );
  const changes = Object.keys(images).length === 0 ? {} : chosenImages(project, images);
  return { imageFrom, changes };
}

/** Explains a preview of such a stack to its readers. */
export const keptText = ({ imageFrom, changes }: Kept): string =>
  `The image follows from ${imageFrom}: the deployment takes the one that passes there. ` +
  (Object.keys(changes).length > 0
    ? "This preview has the image that runs now."
    : "This preview does not know it yet.");
