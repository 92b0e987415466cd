/**
 * Images that passed a smoke test, stored per service in the stack's tags: every backend has tags, and they outlive the
 * machine that deployed. Pulumi Cloud allows names of at most 40 of these characters, `[a-zA-Z0-9-_.:]`, and values of
 * 256. https://github.com/pulumi/pulumi/blob/master/sdk/go/common/util/validation/stack.go
 */
import { createHash } from "node:crypto";
import { splitImageReference } from "@tarmac/validate/imageReference";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { removeTags, setTags, tagsOf } from "../pulumi/stackState.ts";
import { commitIn } from "./deployedCommits.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";

const prefix = "tarmac:good:";
const prefixBefore = "tarmac:good-before:";
const longestName = 40 - prefixBefore.length;

/** Tag of stacks that were deployed when a stack had one service. */
const oldTag = "tarmac:good-image";
const oldTagBefore = "tarmac:good-image-before";

export interface GoodImage {
  /** `HOST/REPOSITORY:TAG@sha256:...` */
  image: string;
  /** Commit of the last deployment in which it passed; absent if unknown. */
  commit?: string;
}

export interface GoodImages {
  /** The last image that passed; absent: none so far. */
  last?: GoodImage;
  /** The one before it. */
  before?: GoodImage;
}

/** Good images, by service id. */
export type GoodImagesById = ReadonlyMap<string, GoodImages>;

export const goodImages = async (
  cli: Cli,
  stack: string,
  services: readonly DeployedService[],
): Promise<GoodImagesById> => read(await tagsOf(cli, stack), services);

function read(tags: Readonly<Record<string, string>>, services: readonly DeployedService[]): GoodImagesById {
  return new Map(
    services.map((service) => {
      const key = tagName(service);
      const own = pair(tags[prefix + key], tags[prefixBefore + key]);
      const isOld = own.last === undefined && isAbout(tags[oldTag], service, services);
      return [idOf(service), isOld ? pair(tags[oldTag], tags[oldTagBefore]) : own] as const;
    }),
  );
}

/** "IMAGE" or "IMAGE COMMIT". */
function entry(tag: string | undefined): GoodImage | undefined {
  const [image = "", rest] = (tag ?? "").split(" ");
  if (image === "") return undefined;
  const commit = commitIn(rest);
  return { image, ...(commit === undefined ? {} : { commit }) };
}

function pair(tag: string | undefined, tagBefore: string | undefined): GoodImages {
  const [last, before] = [entry(tag), entry(tagBefore)];
  return { ...(last === undefined ? {} : { last }), ...(before === undefined ? {} : { before }) };
}

/** If the stack now has several services, the old tag belongs to the one with its repository. */
function isAbout(old: string | undefined, service: DeployedService, services: readonly DeployedService[]): boolean {
  if (old === undefined || services.length === 1) return old !== undefined;
  if (service.image === undefined) return false;
  return splitImageReference(old).path === splitImageReference(service.image).path;
}

/** Shortened if it is too long for a tag. */
function tagName({ name }: DeployedService): string {
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName - 9)}.${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/**
 * Records that services passed with their current images. If the image is unchanged, only its commit is updated:
 * "before" remains a different image.
 * @param services all services of the stack
 * @param commit that was deployed; absent: unknown
 */
export async function noteGood(
  cli: Cli,
  stack: string,
  services: readonly DeployedService[],
  passed: readonly DeployedService[],
  commit?: string,
): Promise<void> {
  const tags = await tagsOf(cli, stack);
  const good = read(tags, services);
  for (const service of passed.filter(({ image }) => image !== undefined)) {
    const { last, before } = good.get(idOf(service)) ?? {};
    const key = tagName(service);
    const isSame = sameImage(last?.image, service.image);
    const previous = isSame ? before : last;
    const known = commit ?? (isSame ? last?.commit : undefined);
    const values = {
      // Write this first: an interruption in between then loses no good image.
      ...(previous === undefined ? {} : { [prefixBefore + key]: written(previous) }),
      [prefix + key]: written({
        image: service.image ?? "",
        ...(known === undefined ? {} : { commit: known }),
      }),
    };
    await setTags(
      cli,
      stack,
      Object.fromEntries(Object.entries(values).filter(([name, value]) => tags[name] !== value)),
    );
  }
  const isRead = passed.some((service) => isAbout(tags[oldTag], service, services));
  if (isRead)
    await removeTags(
      cli,
      stack,
      [oldTagBefore, oldTag].filter((name) => tags[name] !== undefined),
    );
}

const written = ({ image, commit }: GoodImage) => (commit === undefined ? image : `${image} ${commit}`);

/** Whether both have the same content, whatever their tags. */
export function sameImage(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const [digest, other] = [left, right].map((image) => splitImageReference(image).digest);
  return digest === undefined ? left === right : digest === other;
}
