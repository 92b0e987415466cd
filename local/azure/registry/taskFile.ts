/**
 * What a run of ACR Tasks builds: a quick build (`DockerBuildRequest`), or a task file (`EncodedTaskRunRequest`) with the steps build and push.
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml
 */
import { join } from "node:path";
import { parse } from "yaml";
import { badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";

/** A build as a run asks for it. */
export interface RunBuild {
  /** Full names of the image. */
  names: string[];
  /** The names that are pushed. */
  push: string[];
  /** Path in the context. */
  dockerfile: string;
  args: Record<string, string>;
  /** Stage; "" for the last. */
  target: string;
  platform: string;
  cacheFrom: string[];
  buildKit: boolean;
}

/** @param loginServer host of the registry, which names without a host get. @throws ArmError 400 for what ACR or this environment refuses */
export function runBuild(request: JsonObject, loginServer: string): RunBuild {
  const platform = platformOf(asObject(request.platform));
  const type = asString(request.type);
  if (type === "EncodedTaskRunRequest") {
    const text = Buffer.from(asString(request.encodedTaskContent) ?? "", "base64").toString("utf8");
    return taskBuild(text.replaceAll("{{.Run.Registry}}", loginServer), platform);
  }
  if (type !== "DockerBuildRequest")
    throw badRequest(`This environment runs EncodedTaskRunRequest and DockerBuildRequest, not '${type ?? ""}'.`);
  const names = texts(request.imageNames).map((name) => `${loginServer}/${name}`);
  if (names.length === 0) throw badRequest("This environment builds images with a name only: 'imageNames' is empty.");
  return {
    names,
    push: request.isPushEnabled === false ? [] : names,
    dockerfile: asString(request.dockerFilePath) ?? "Dockerfile",
    args: Object.fromEntries(asObjects(request.arguments).map(({ name, value }) => [String(name), String(value)])),
    target: asString(request.target) ?? "",
    ...{ platform, cacheFrom: [], buildKit: false },
  };
}

function taskBuild(text: string, platform: string): RunBuild {
  const steps = asObjects(asObject(parseTask(text))?.steps);
  const [build, push, ...others] = steps;
  const command = asString(build?.build);
  if (command === undefined || others.length > 0 || (push !== undefined && push.push === undefined))
    throw badRequest("This environment runs task files with one step 'build', and then one step 'push' or none.");
  const environment = Object.fromEntries(
    texts(build?.env).map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const { options, context } = readCommand(command);
  if (context !== ".") throw badRequest(`This environment builds the uploaded context ".", not '${context ?? ""}'.`);
  const valueOf = (name: string) => options.find(([option]) => option === name)?.[1];
  const valuesOf = (name: string) => options.flatMap(([option, value]) => (option === name ? [value] : []));
  const args = valuesOf("--build-arg").flatMap((arg): [string, string][] => {
    const equals = arg.indexOf("=");
    if (equals >= 0) return [[arg.slice(0, equals), arg.slice(equals + 1)]];
    // As in docker build, an ARG without a value has that of the environment.
    const value = environment[arg];
    return value === undefined ? [] : [[arg, value]];
  });
  return {
    names: valuesOf("--tag"),
    push: texts(push?.push),
    dockerfile: valueOf("--file") ?? "Dockerfile",
    args: Object.fromEntries(args),
    target: valueOf("--target") ?? "",
    platform: valueOf("--platform") ?? platform,
    cacheFrom: valuesOf("--cache-from"),
    buildKit: environment.DOCKER_BUILDKIT === "1",
  };
}

function parseTask(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(
      `failed to unmarshal task before running: failed to deserialize task and validate: ${String(error)}`,
    );
  }
}

const shortOptions: Record<string, string> = { "-t": "--tag", "-f": "--file" };
const known = ["--tag", "--file", "--platform", "--target", "--build-arg", "--cache-from"];

function readCommand(command: string): { options: [string, string][]; context: string | undefined } {
  const words = command.split(/\s+/).filter((word) => word !== "");
  const options: [string, string][] = [];
  let context: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      context = word;
      continue;
    }
    const [given = "", inline] = word.split(/=(.*)/s);
    const option = shortOptions[given] ?? given;
    if (!known.includes(option)) throw badRequest(`This environment's builds do not know the option ${given}.`);
    options.push([option, inline ?? words[++at] ?? ""]);
  }
  return { options, context };
}

function platformOf(platform: JsonObject | undefined): string {
  const os = asString(platform?.os)?.toLowerCase();
  if (os !== "linux") throw badRequest(`The platform's os '${os ?? ""}' is not built here: use Linux.`);
  return join("linux", asString(platform?.architecture)?.toLowerCase() ?? "amd64");
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
