/** Pins the base images of Dockerfiles: reports, writes, or opens a pull request. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { askOnce } from "../askOnce.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { workflowRun } from "../github/workflow.ts";
import { type GitHubOf, publishBases } from "./basePullRequest.ts";
import type { ReleaseLine } from "./newestTag.ts";
import { otherMentions } from "./otherMentions.ts";
import { pinnedDockerfile, type PinnedDockerfile, realRegistries, type Registries } from "./pinnedDockerfile.ts";

export interface PinBaseOptions {
  /** Folders with a Dockerfile, or Dockerfiles. */
  paths: readonly string[];
  newest: ReleaseLine | undefined;
  /** Neither: only report. */
  mode: "report" | "write" | "pull-request";
  json: boolean;
  /** Folder of the project, and the one that paths are relative to first. */
  project: string;
  caller: string;
  env?: NodeJS.ProcessEnv;
  registries?: Registries;
  gitHubOf?: GitHubOf;
  print?: (text: string) => void;
  say?: (line: string) => void;
}

interface Pinned extends PinnedDockerfile {
  file: string;
  /** Relative to the project. */
  path: string;
  before: string;
}

/**
 * @returns the exit code: 0 done, or nothing to do; 1 a base is out of date and only a report was wanted; 2 a base could not be
 * judged
 * @throws CouldNotRun
 */
export async function runPinBase(options: PinBaseOptions): Promise<number> {
  const { newest, mode, json, project, caller, env = process.env } = options;
  const registries = eachOnce(options.registries ?? realRegistries);
  const { print = (text) => void process.stdout.write(text), say = (line) => void process.stderr.write(`${line}\n`) } =
    options;
  // Every path before the first registry is asked.
  const files = options.paths.map((path) => dockerfileAt(path, { project, caller }));
  const all: Pinned[] = [];
  for (const file of new Set(files)) {
    const before = readFileSync(file, "utf8");
    const path = relative(project, file).replaceAll("\\", "/");
    all.push({ ...(await pinnedDockerfile(before, newest, registries)), file, path, before });
  }
  const moved = all.filter(({ text, before }) => text !== before);
  const inRepository = mode === "pull-request" ? repositoryPaths(moved, project) : undefined;
  if (mode === "write") for (const { file, text } of moved) writeFileSync(file, text);
  print(json ? `${toJson(all)}\n` : toText(all));
  const alsoChange = otherMentions(
    project,
    moved.flatMap(({ bases }) => bases),
  );
  if (!json) for (const line of alsoChange) print(`also change ${line.replaceAll("`", "")}\n`);
  const problems = all.flatMap((one) => one.problems.map((problem) => `${one.path}: ${problem}`));
  for (const problem of problems) say(`error: ${problem}`);
  if (problems.length > 0) {
    // An open pull request may have moved this very base.
    if (mode === "pull-request") say("no pull request is opened, changed or closed until every base can be judged");
    return 2;
  }
  if (inRepository !== undefined)
    await publishBases({
      moved: moved.map(({ file, text, bases }) => ({
        ...{ path: inRepository.get(file) ?? "", bases },
        textFor: async (onBranch) =>
          onBranch === undefined ? text : (await pinnedDockerfile(onBranch, newest, registries)).text,
      })),
      alsoChange,
      workflow: workflowRun(env),
      ref: env.GITHUB_REF,
      say,
      gitHubOf: options.gitHubOf,
    });
  return mode === "report" && moved.length > 0 ? 1 : 0;
}

/** All Dockerfiles, and the branch of an open pull request, get the same answers; a list of tags can have many pages. */
function eachOnce({ digestOf, tagsOf }: Registries): Registries {
  const once = askOnce();
  return {
    digestOf: (host, repository, tag) =>
      once(`digest ${host}/${repository}:${tag}`, () => digestOf(host, repository, tag)),
    tagsOf: (of) => once(`tags ${of.host}/${of.repository}`, () => tagsOf(of)),
  };
}

/** Paths in the repository, whose root may be above the project. @throws CouldNotRun for a file outside of it */
function repositoryPaths(moved: readonly Pinned[], project: string): Map<string, string> {
  const git = spawnSync("git", ["rev-parse", "--show-toplevel"], { cwd: project, encoding: "utf8" });
  const root = git.status === 0 ? git.stdout.trim() : project;
  return new Map(
    moved.map(({ file }) => {
      const path = relative(realpathSync(root), realpathSync(file)).replaceAll("\\", "/");
      if (path.startsWith("../")) throw new CouldNotRun(`${file} is outside of the repository ${root}`);
      return [file, path];
    }),
  );
}

function dockerfileAt(path: string, { project, caller }: Pick<PinBaseOptions, "project" | "caller">): string {
  const found = [resolve(caller, path), resolve(project, path)].find((one) => existsSync(one));
  if (found === undefined)
    throw new CouldNotRun(`"${path}" does not exist: name a folder with a Dockerfile, or a Dockerfile`);
  if (statSync(found).isFile()) return found;
  const file = join(found, "Dockerfile");
  if (!existsSync(file)) throw new CouldNotRun(`there is no ${file}: name the Dockerfile itself`);
  return file;
}

const toJson = (all: readonly Pinned[]) =>
  JSON.stringify(
    all.map(({ path, bases, problems }) => ({ dockerfile: path, bases, problems })),
    undefined,
    2,
  );

const toText = (all: readonly Pinned[]) =>
  all
    .flatMap(({ path, bases, problems }) =>
      bases.length === 0 && problems.length === 0
        ? [`${path}: no base image\n`]
        : bases.map(({ from, to }) => (from === to ? `${path}: ${from} is current\n` : `${path}: ${from} -> ${to}\n`)),
    )
    .join("");
