/** The inputs of a `docker.Image`: defaults, validation, and the typed form for a build. */
import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

import { splitImageReference } from "@tarmac/validate/imageReference";
import type { CheckResult } from "../rpc/engineRequests.ts";
import { containsUnknown, isProperties, reveal, toJson } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import { contextDigest } from "./contextDigest.ts";

/** What to build, and where to push it. */
export interface ImageSpec {
  name: string;
  context: string;
  dockerfile: string;
  args: Record<string, string>;
  target: string;
  platform: string;
  network: string;
  addHosts: string[];
  cacheFrom: string[];
  buildKit: boolean;
  skipPush: boolean;
  registry: { server: string; username: string; password: string };
}

const builders = ["BuilderBuildKit", "BuilderV1"];

type Failure = NonNullable<CheckResult["failures"]>[number];

function member(owner: Value | undefined, key: string): Value | undefined {
  const found = isProperties(owner) ? owner[key] : undefined;
  return found === null ? undefined : found;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function dockerfileFailure(context: string, dockerfile: string): Failure | undefined {
  if (exists(dockerfile)) {
    return undefined;
  }
  const property = "build.dockerfile";
  const inContext = join(context, dockerfile);
  const hint =
    !isAbsolute(dockerfile) && exists(inContext) ? `. Try setting \`dockerfile\` to ${JSON.stringify(inContext)}` : "";
  return { property, reason: `could not open dockerfile at ${JSON.stringify(dockerfile)}${hint}` };
}

function nameFailures(inputs: Properties): Failure[] {
  const name = member(inputs, "imageName");
  if (name === undefined) {
    return [{ property: "imageName", reason: "missing required property 'imageName'" }];
  }
  const pushed = member(inputs, "skipPush") !== true || member(member(inputs, "build"), "cacheFrom") !== undefined;
  const server = member(member(inputs, "registry"), "server");
  if (typeof name !== "string" || !pushed || server !== undefined || splitImageReference(name).host !== undefined) {
    return [];
  }
  const reason =
    `${JSON.stringify(name)}: image names have to be fully qualified to be pushed. ` +
    `Prefix the name with the registry's host, for Docker Hub with \`docker.io\`: \`docker.io/repository/image:tag\``;
  return [{ property: "imageName", reason }];
}

/**
 * The inputs with the official plugin's defaults and the digest of the context, and what is invalid in them.
 *
 * @param defaultPlatform this machine's, for images without a platform
 */
export function checkImage(news: Properties, defaultPlatform: string): CheckResult {
  const given = member(news, "build") ?? {};
  const onPreview = member(news, "buildOnPreview");
  const inputs: Properties = { ...news, buildOnPreview: typeof onPreview === "boolean" ? onPreview : false };
  if (!isProperties(given)) {
    return { inputs, failures: nameFailures(reveal(inputs) as Properties) };
  }
  const build: Properties = { ...given };
  const failures: Failure[] = [];

  const context = reveal(member(build, "context") ?? ".");
  const dockerfile = reveal(
    member(build, "dockerfile") ?? (typeof context === "string" ? join(context, "Dockerfile") : context),
  );
  build.context = member(build, "context") ?? ".";
  build.dockerfile = member(build, "dockerfile") ?? dockerfile;
  if (typeof context === "string" && typeof dockerfile === "string") {
    const missing = dockerfileFailure(context, dockerfile);
    if (missing === undefined) {
      build.contextDigest = contextDigest(context, dockerfile);
    } else {
      failures.push(missing);
    }
  }
  build.platform = member(build, "platform") ?? defaultPlatform;
  const builder = member(build, "builderVersion");
  if (typeof builder === "string" && !builders.includes(builder)) {
    failures.push({
      property: "build.builderVersion",
      reason: `invalid builder version ${JSON.stringify(builder)}: one of ${builders.join(", ")}`,
    });
  }
  inputs.build = build;
  return { inputs, failures: [...nameFailures(reveal(inputs) as Properties), ...failures] };
}

/** Whether a preview knows enough inputs to build the image. */
export function canBuildInPreview(inputs: Properties): boolean {
  const build = member(inputs, "build");
  return (
    isProperties(build) &&
    [inputs.imageName, build.dockerfile, build.context, build.args].every((value) => !containsUnknown(value ?? null))
  );
}

/**
 * The typed form of checked inputs, with secrets revealed. In a preview, unknown parts are left out.
 *
 * @throws TypeError when a required part is unknown
 */
export function imageSpec(inputs: Properties): ImageSpec {
  const text = (owner: Value | undefined, key: string, fallback = ""): string => {
    const value = member(owner, key);
    if (value === undefined || containsUnknown(value)) {
      return fallback;
    }
    const plain = toJson(value, key);
    return typeof plain === "string" ? plain : JSON.stringify(plain);
  };
  const texts = (value: Value | undefined): string[] =>
    Array.isArray(value) ? value.map((item) => reveal(item)).filter((item) => typeof item === "string") : [];

  const build = reveal(member(inputs, "build") ?? {});
  const registry = reveal(member(inputs, "registry") ?? {});
  const args = member(build, "args");
  return {
    name: text(inputs, "imageName"),
    context: text(build, "context", "."),
    dockerfile: text(build, "dockerfile", "Dockerfile"),
    args: isProperties(args) ? Object.fromEntries(Object.keys(args).map((key) => [key, text(args, key)])) : {},
    target: text(build, "target"),
    platform: text(build, "platform"),
    network: text(build, "network"),
    addHosts: texts(member(build, "addHosts")),
    cacheFrom: texts(member(member(build, "cacheFrom"), "images")),
    buildKit: member(build, "builderVersion") !== "BuilderV1",
    skipPush: member(inputs, "skipPush") === true,
    registry: {
      server: text(registry, "server"),
      username: text(registry, "username"),
      password: text(registry, "password"),
    },
  };
}
