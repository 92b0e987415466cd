/** Which environments a change touches, judged by its changed files. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CouldNotRun } from "../couldNotRun.ts";

/** Paths that do not affect a deployment. All others do, so that a new folder is never forgotten. */
const besides: readonly RegExp[] = [
  /\.md$/,
  // The last two are separate programs: their stacks are not this program's environments.
  /^(?:docs|tests|bench|local|ops|tools|\.github|\.ci|\.vscode|examples|bootstrap)\//,
  // The policy pack judges a preview, but does not change one.
  /^policy\/.*\.test\.ts$/,
  /^(?:LICENSE|\.gitignore|\.prettierrc\.json|\.prettierignore|eslint\.config\.mjs|jest\.config\.mjs|\.editorconfig)$/,
];

const stackFile = /^Pulumi\.(.+)\.ya?ml$/;
const policyConfig = /^policy\/config\/(.+)\.json$/;

/** The environment of a stack file. `local` is for a single machine, and `sandbox` is the template for sandboxes. */
export function stackOfFile(path: string): string | undefined {
  const stack = stackFile.exec(path)?.[1];
  return stack === "local" || stack === "sandbox" ? undefined : stack;
}

/** The environments of a repository: those with a stack file. */
export async function environmentsOf(folder: string): Promise<string[]> {
  const files = (await git(folder, "ls-files", "-z", "--", "Pulumi.*.yaml")).split("\0");
  return files.flatMap((file) => stackOfFile(file) ?? []).sort();
}

/** Whether a path contains policies or their settings. */
export const changesPolicies = (path: string): boolean => /^policy\//.test(path) && !/\.(?:md|test\.ts)$/.test(path);

export interface Touched {
  stack: string;
  because: string[];
}

/** @param changed paths relative to the project's folder, with "/" */
export function touchedBy(changed: readonly string[], environments: readonly string[]): Touched[] {
  const everything: string[] = [];
  const own = new Map<string, string[]>();
  for (const path of changed) {
    const stack = stackFile.exec(path)?.[1] ?? policyConfig.exec(path)?.[1];
    if (stack !== undefined) own.set(stack, [...(own.get(stack) ?? []), path]);
    else if (!besides.some((pattern) => pattern.test(path))) everything.push(path);
  }
  return environments.flatMap((stack) => {
    const because = [...(own.get(stack) ?? []), ...everything];
    return because.length === 0 ? [] : [{ stack, because }];
  });
}

/** Runs git in the project's folder. @throws CouldNotRun with git's message */
export async function git(folder: string, ...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)("git", args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout;
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    throw new CouldNotRun(`git ${args.join(" ")}: ${stderr.trim() === "" ? message : stderr.trim()}`, { cause });
  }
}

/**
 * The files that differ between a commit and the current checkout, including deleted files and both names of renamed
 * files.
 * @param base commit, branch or tag. The comparison uses the common ancestor: other people's changes since then do not
 * count.
 */
export async function changedFiles(folder: string, base: string): Promise<string[]> {
  const common = (await git(folder, "merge-base", "--", await commitOf(folder, base), "HEAD")).trim();
  const listed = await git(folder, "diff", "--name-only", "--no-renames", "--relative", "-z", common, "--");
  return listed.split("\0").filter((path) => path !== "");
}

/** @throws CouldNotRun with instructions for getting a commit that a shallow clone lacks */
export async function commitOf(folder: string, revision: string): Promise<string> {
  try {
    return (await git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`)).trim();
  } catch (cause) {
    throw new CouldNotRun(
      `--base: "${revision}" is not a commit of this clone: fetch it (actions/checkout: fetch-depth: 2 for HEAD^1), or name another`,
      { cause },
    );
  }
}
