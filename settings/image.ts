/** Settings of the image: what is built, and how it is called. */
import { contextProblem, dockerfileOf, dockerfileProblem } from "../components/image.ts";
import type { Settings } from "../config.ts";
import { repositoryProblem, tagProblem } from "../validate/names.ts";
import { map, optionalText, text } from "../validate/setting.ts";
import { texts, type Finding } from "./problems.ts";

export const imageSettings = {
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
  repository: optionalText({
    description: "Repository of the image in the registry. Default: the app's name.",
    problem: repositoryProblem,
  }),
  imageTag: optionalText({
    description: "Tag of the image. Default: follows from the content of the context.",
    problem: tagProblem,
  }),
};

export const imageProblems = (s: Settings): Finding[] => [["dockerfile", dockerfileProblem(dockerfileOf(s))]];
