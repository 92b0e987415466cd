/** Settings of the image: what is built, and how it is called. */
import {
  contextProblem,
  dockerfileOf,
  dockerfileProblem,
  imageDefaults,
  platforms,
  type AppImageArgs,
} from "@tarmac/components/image";
import { allowing, firstProblem } from "@tarmac/validate/valueCheck";
import {
  pinnedImageProblem,
  registryImageProblem,
  repositoryProblem,
  tagProblem,
} from "@tarmac/validate/imageReference";
import { choice, flag, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { texts, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const imageSettings = {
  image: optionalText({
    description: "Run this image, which is there already, instead of building one: what a rollback sets.",
    problem: allowing("`HOST/REPOSITORY:TAG@sha256:DIGEST`", pinnedImageProblem),
  }),
  context: text({
    default: "app",
    description: "Folder of the service: its source and its Dockerfile.",
    problem: contextProblem,
  }),
  dockerfile: optionalText({ description: "Path of the Dockerfile. Default: Dockerfile in the context." }),
  buildArgs: map<string>({
    default: {},
    description: "Values of the Dockerfile's ARGs. Never secrets: they stay readable in the image.",
    problem: texts,
  }),
  buildTarget: optionalText({ description: "Stage of the Dockerfile to build. Default: the last." }),
  platform: choice(platforms, {
    default: imageDefaults.platform,
    description: "Platform of the nodes, which the image is built for on whatever machine.",
  }),
  cacheFrom: list({
    default: imageDefaults.cacheFrom,
    description: "Images whose layers a build may take over, such as the one that was pushed last. Default: none.",
    problem: allowing("list of `HOST/REPOSITORY:TAG`", (images: string[]) =>
      firstProblem(images, registryImageProblem),
    ),
  }),
  buildOnPreview: flag({
    default: imageDefaults.buildOnPreview,
    description: "Build in previews too: slower, but a Dockerfile that does not build is seen in the pull request.",
  }),
  repository: optionalText({
    description: "Repository of the image in the registry. Default: the app's name.",
    problem: repositoryProblem,
  }),
  imageTag: optionalText({
    description: "Tag of the image. Default: follows from the content of the context.",
    problem: tagProblem,
  }),
};

/** The values of these settings. */
type Settings = ValuesOf<typeof imageSettings>;
type Finding = FindingOf<Settings>;

/** The settings that say what is built, as the AppImage component takes them. */
export function imageArgs(s: Settings): Omit<AppImageArgs, "loginServer" | "credentials" | "repository"> {
  const { context, dockerfile, buildArgs, platform, cacheFrom, buildOnPreview } = s;
  return {
    ...{ context, dockerfile, buildArgs, platform, cacheFrom, buildOnPreview },
    ...{ target: s.buildTarget, tag: s.imageTag },
  };
}

export const imageProblems = (s: Settings): Finding[] => [["dockerfile", dockerfileProblem(dockerfileOf(s))]];
