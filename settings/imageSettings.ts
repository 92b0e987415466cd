/** Settings of the image: what to build, and its name. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  contextProblem,
  dockerfileOf,
  dockerfileProblem,
  imageDefaults,
  platforms,
  type AppImageArgs,
} from "@tarmac/components/image";
import type { ImageRegistry } from "@tarmac/components/registry/registryChoice";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import {
  baseImageProblem,
  pinnedImageProblem,
  registryImageProblem,
  repositoryProblem,
  tagProblem,
} from "@tarmac/validate/imageReference";
import { registryIdProblem } from "@tarmac/validate/azureResourceId";
import { isInside } from "@tarmac/validate/containerPath";
import { variableNameProblem } from "@tarmac/validate/kubernetesNames";
import { choice, closest, flag, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { textsEach, type FindingOf } from "./allowedValues.ts";
import { builtStage, dockerfileStages } from "./dockerfileStages.ts";
import { buildArgSecretProblem } from "./plainSecrets.ts";
import type { ValuesOf } from "./readDeclared.ts";

/**
 * Returns the problem with the value of a Dockerfile ARG, or `undefined`. If the ARG's name says that it is a base
 * image, the value must be an image reference.
 */
const buildArgProblem = (name: string, value: string) =>
  variableNameProblem(name) ??
  buildArgSecretProblem(name, value) ??
  (/(^|_)IMAGE$/i.test(name) && value !== "" && !value.includes("$") ? baseImageProblem(value) : undefined);

/** Builders of images. */
const builders = ["docker", "acr"] as const;

const stackNameProblem = (name: string) =>
  /^[\w.-]{1,100}$/.test(name)
    ? undefined
    : `"${name}" is not the name of a stack: use letters, digits, ".", "_", and "-"`;

export const imageSettings = {
  image: optionalText({
    description: "Run this existing image instead of building one, e.g. for a rollback.",
    problem: allowing("`HOST/REPOSITORY:TAG@sha256:DIGEST`", pinnedImageProblem),
  }),
  images: map<string>({
    default: {},
    description: "In a program with several services: run these existing images, by service, instead of building them.",
    problem: textsEach("`HOST/REPOSITORY:TAG@sha256:DIGEST` by service", (_, image) => pinnedImageProblem(image)),
  }),
  imageFrom: optionalText({
    description:
      "Run the image that the last deployment of this stack proved, e.g. dev, instead of building: `tarmac deploy` finds it and imports it.",
    problem: allowing("name of a stack", stackNameProblem),
  }),
  importFrom: optionalText({
    description:
      "Import image (or images) from this Azure registry into the registry of the stack before running it. `tarmac deploy` sets it with imageFrom.",
    problem: allowing("resource ID of a registry", registryIdProblem),
  }),
  context: text({
    default: "app",
    description: "Folder with the source and the Dockerfile of the service.",
    problem: contextProblem,
  }),
  dockerfile: optionalText({ description: "Path of the Dockerfile. Default: Dockerfile in the context." }),
  buildArgs: map<string>({
    default: {},
    description: "Values of the Dockerfile's ARGs. Not for secrets: they stay readable in the image.",
    problem: textsEach("strings by ARG", buildArgProblem),
  }),
  buildTarget: optionalText({ description: "Stage of the Dockerfile to build. Default: the last one." }),
  platform: choice(platforms, {
    default: imageDefaults.platform,
    description: "Platform of the nodes, for which the image is built.",
  }),
  cacheFrom: list({
    default: imageDefaults.cacheFrom,
    description: "Images whose layers a build may reuse, such as the last pushed one. Default: none.",
    problem: allowing("list of `HOST/REPOSITORY:TAG`", (images: string[]) => eachProblem(images, registryImageProblem)),
  }),
  buildWith: choice(builders, {
    default: "docker",
    description:
      "Builder of the image: the Docker engine of this machine, or the Azure registry itself (acr), which needs no Docker engine anywhere.",
  }),
  buildOnPreview: flag({
    default: imageDefaults.buildOnPreview,
    description: "Also build in previews: slower, but a broken Dockerfile fails in the pull request.",
  }),
  repository: optionalText({
    description: "Repository of the image in the registry. Default: the app name.",
    problem: repositoryProblem,
  }),
  imageTag: optionalText({
    description: "Tag of the image. Default: computed from the content of the build context.",
    problem: tagProblem,
  }),
};

/** The values of these settings. */
type Settings = ValuesOf<typeof imageSettings>;
type Finding = FindingOf<Settings & MountedPaths>;

/**
 * Returns the build settings as arguments of the AppImage component.
 * @param registry the registry to push to, which builds the image if `buildWith` says so
 */
export function imageArgs(
  s: Settings,
  { resourceId, roleMode }: Pick<ImageRegistry, "resourceId" | "roleMode">,
): Omit<AppImageArgs, "loginServer" | "credentials" | "repository"> {
  const { context, dockerfile, buildArgs, platform, cacheFrom, buildOnPreview } = s;
  return {
    ...{ context, dockerfile, buildArgs, platform, cacheFrom, buildOnPreview },
    ...{ target: s.buildTarget, tag: s.imageTag },
    ...(s.buildWith === "acr" && resourceId && { buildIn: { registryId: resourceId, roleMode } }),
  };
}

/**
 * Returns the existing image of each service; `undefined` for a service whose image must be built.
 * @param services names of the program's services
 * @throws pulumi.RunError for an image of an unknown service
 */
export function existingImages<Name extends string>(
  { image, images }: Pick<Settings, "image" | "images">,
  services: readonly Name[],
): Record<Name, string | undefined> {
  const unknown = Object.keys(images).find((name) => !services.some((service) => service === name));
  if (unknown !== undefined)
    throw new pulumi.RunError(
      `images: "${unknown}" is not a service of this program; use ${services.map((name) => `"${name}"`).join(", ")}`,
    );
  return Object.fromEntries(services.map((name) => [name, images[name] ?? image])) as Record<Name, string | undefined>;
}

export function imageProblems(s: Settings & MountedPaths): Finding[] {
  if (s.importFrom !== undefined && s.image === undefined && Object.keys(s.images).length === 0)
    return [["importFrom", "has no effect without image: set image, or remove this"]];
  const dockerfile = dockerfileOf(s);
  const missing = dockerfileProblem(dockerfile);
  if (missing !== undefined || s.image !== undefined) return [["dockerfile", missing]];
  const stages = dockerfileStages(readFileSync(dockerfile, "utf8"));
  const stage = builtStage(stages, s.buildTarget);
  if (stage === undefined && s.buildTarget !== undefined) {
    const names = stages.flatMap(({ name }) => name ?? []);
    return [
      [
        "buildTarget",
        `"${s.buildTarget}" is not a stage of ${dockerfile}, which has ${names.map((name) => `"${name}"`).join(", ") || "none with a name"}${closest(s.buildTarget, names)}`,
      ],
    ];
  }
  return hidingProblems(s, stage?.programPaths ?? []);
}

/** Settings whose keys are paths in the container. */
interface MountedPaths {
  writablePaths: Record<string, unknown>;
  configFiles: Record<string, unknown>;
  secretFiles: Record<string, unknown>;
}

/** Returns the problems of mounts that would hide the image's program. */
const hidingProblems = (s: MountedPaths, programPaths: readonly string[]): FindingOf<Settings & MountedPaths>[] =>
  (["writablePaths", "configFiles", "secretFiles"] as const).map((key) => [
    key,
    eachProblem(Object.keys(s[key]), (path) => {
      const program = programPaths.find((one) => isInside(one, path));
      return program === undefined
        ? undefined
        : `"${path}" would hide the program of the image, "${program}" (ENTRYPOINT or CMD of the Dockerfile): use another path`;
    }),
  ]);
