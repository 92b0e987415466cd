/** The image's platform, tag and base. */
import { splitImageReference } from "@tarmac/validate/imageReference";
import type { Evidence, ImageConfig } from "../runEvidence.ts";
import { endOfNodeLine, nodeLineOf, nodeWarningDays } from "../nodeReleases.ts";
import { type Check, type Judgement, type Problem, problems } from "../verdict.ts";

/** @param expected the nodes' platform, e.g. "linux/amd64" */
export function judgePlatform(actual: string, expected: string): Judgement {
  // The only variant that registries omit.
  const plain = (platform: string) => platform.replace(/^linux\/arm64\/v8$/, "linux/arm64");
  if (plain(actual) === plain(expected)) return { fine: actual };
  return problems({ code: "wrong-platform", seen: `the image is for ${actual}, the nodes are ${expected}` });
}

/** @param reference as requested; the name of an image built here is irrelevant */
export function judgeTag(reference: string, built: boolean): Judgement {
  if (built || /^(?:sha256:)?[0-9a-f]{12,64}$/.test(reference)) return undefined;
  const { tag, digest } = splitImageReference(reference);
  if (digest !== undefined) return { fine: tag === undefined ? "by digest" : `${tag}, by digest` };
  if (tag === undefined) {
    return problems({ code: "tag-latest", seen: `"${reference}" has no tag, which means "latest"` });
  }
  return tag === "latest" ? problems({ code: "tag-latest", seen: `"${reference}" is "latest"` }) : { fine: tag };
}

const nameLabel = "org.opencontainers.image.base.name";
const digestLabel = "org.opencontainers.image.base.digest";

/** How the bases and Node stand today. */
export interface BaseAge {
  /** `NAME=VALUE` of the image. */
  environment?: readonly string[];
  /** The digest that the tag of a pinned base has now, by base. */
  currentBases?: Readonly<Record<string, string>>;
  now?: Date;
}

/** @param bases base images in the Dockerfile, if known */
export function judgeBaseAge(
  labels: ImageConfig["labels"],
  bases: readonly string[] | undefined,
  { environment = [], currentBases = {}, now = new Date() }: BaseAge,
): Judgement {
  const outdated = Object.entries(currentBases).map(([base, digest]): Problem | undefined =>
    base.endsWith(`@${digest}`)
      ? undefined
      : {
          code: "base-outdated",
          seen: `it is built upon "${base}", and the tag now is ${digest}`,
          mend: `change the digest in the Dockerfile to ${digest}, and build again`,
        },
  );
  const line = nodeLineOf(environment, [...(bases ?? []), labels[nameLabel] ?? ""]);
  const found = problems(...outdated, nodeProblem(line, now));
  if (found !== undefined) return found;
  return line === undefined && Object.keys(currentBases).length === 0
    ? undefined
    : { fine: line === undefined ? "its digest is the tag's" : `Node.js ${line}` };
}

function nodeProblem(line: number | undefined, now: Date): Problem | undefined {
  const end = line === undefined ? undefined : endOfNodeLine(line);
  if (line === undefined || end === undefined) return undefined;
  const left = Math.floor((Date.parse(`${end}T23:59:59Z`) - now.getTime()) / 86_400_000);
  if (left < 0) return { code: "node-release-ended", seen: `Node.js ${line} has got no fixes since ${end}` };
  if (left >= nodeWarningDays) return undefined;
  return { code: "node-release-ending", seen: `Node.js ${line} gets its last fixes on ${end}, in ${left} days` };
}

/** @param bases base images in the Dockerfile, if known */
export function judgeBase(labels: ImageConfig["labels"], bases: readonly string[] | undefined): Judgement {
  const label = labels[nameLabel] ?? "";
  const names = [...new Set([...(bases ?? []), ...(label === "" ? [] : [label])])];
  if (names.length === 0) {
    // Only FROM scratch: there is no base.
    if (bases !== undefined) return { fine: "no base image" };
    return problems({ code: "base-unknown", seen: `it has no label ${nameLabel}` });
  }
  const pinned = labels[digestLabel] ?? "";
  const found = names.map((name) => (name === label && /^sha256:/.test(pinned) ? undefined : baseProblem(name)));
  return problems(...found) ?? { fine: names.join(", ") };
}

function baseProblem(base: string): Problem | undefined {
  const { tag: written, digest } = splitImageReference(base);
  if (digest !== undefined) return undefined;
  const tag = written ?? "latest";
  if (tag === "latest" || tag === "lts" || tag === "current") {
    return {
      code: "base-latest",
      seen: `it is built upon "${base}"${written === undefined ? ', which means "latest"' : ""}`,
    };
  }
  // A release has three numbers, or is a date; "24" and "bookworm-slim" are moving tags.
  return /^v?\d+\.\d+\.\d+|\d{8}/.test(tag) ? undefined : { code: "base-floating", seen: `it is built upon "${base}"` };
}

export const platform: Check = {
  name: "platform",
  title: "is for the nodes' platform",
  judge: ({ config, conditions }) => judgePlatform(config.platform, conditions.platform),
};
export const tag: Check = {
  name: "tag",
  title: "has a version as its tag",
  judge: ({ reference, bases }: Evidence) => judgeTag(reference, bases !== undefined),
};
export const baseAge: Check = {
  name: "base-age",
  title: "has a base that still gets fixes",
  judge: ({ config, bases, currentBases }) =>
    judgeBaseAge(config.labels, bases, {
      environment: config.environment,
      ...(currentBases === undefined ? {} : { currentBases }),
    }),
};
export const base: Check = {
  name: "base",
  title: "is built upon an exact base",
  judge: ({ config, bases }) => judgeBase(config.labels, bases),
};
