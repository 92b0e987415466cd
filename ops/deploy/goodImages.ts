/**
 * The images that have passed a smoke test, kept in the stack's tags: every backend has those, and they outlive the
 * machine that deployed.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";

const tag = "tarmac:good-image";
const tagBefore = "tarmac:good-image-before";

export interface GoodImages {
  /** `HOST/REPOSITORY:TAG@sha256:...` of the last one that passed; `undefined`: none has, so far. */
  last?: string;
  /** The one before it. */
  before?: string;
}

export async function goodImages(cli: Cli, stack: string): Promise<GoodImages> {
  const tags = await tagsOf(cli, stack);
  const [last, before] = [tags[tag], tags[tagBefore]];
  return { ...(last === undefined ? {} : { last }), ...(before === undefined ? {} : { before }) };
}

/** Notes that an image has passed. The same again changes nothing: "before" stays another one. */
export async function noteGood(cli: Cli, stack: string, image: string): Promise<void> {
  const { last } = await goodImages(cli, stack);
  if (last === image) return;
  await setTags(cli, stack, { ...(last === undefined ? {} : { [tagBefore]: last }), [tag]: image });
}

/**
 * The image to return to: the last good one, or when that is what runs (and is not good enough after all) the one before.
 * @param running what the last update was to run
 * @throws CouldNotRun when there is none
 */
export function imageToReturnTo(stack: string, { last, before }: GoodImages, running: string | undefined): string {
  const image = last === running ? before : last;
  if (image !== undefined) return image;
  throw new CouldNotRun(
    last === undefined
      ? `no image of "${stack}" has passed a smoke test yet, so there is no image to roll back to; deploy one: npx tarmac deploy ${stack}`
      : `"${stack}" runs the only image that has passed a smoke test: ${last}`,
  );
}

/**
 * What to do about an update that failed: return, or where it is still the good image that is to run, something else.
 * @returns a sentence; `undefined` when no image is known to be good
 */
export function wayBack(stack: string, { last }: GoodImages, running: string | undefined): string | undefined {
  if (last === undefined) return undefined;
  return last === running
    ? "The image is the last good one, so a rollback would not help: revert the other changes and deploy again."
    : `Roll back to the last good image: npx tarmac deploy ${stack} --rollback`;
}
