/** Sets up a repository as the workflows need it, and reports what is still open. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../couldNotRun.ts";
import { GitHubClient } from "../github/gitHubClient.ts";
import { caller, project } from "../project.ts";
import { together, type Adopted, type GitHub } from "./adoption.ts";
import { lookAtBranch } from "./branchRules.ts";
import { protectEnvironment } from "./environmentProtection.ts";
import { keepCodeOwners, keepWorkflows } from "./repositoryFiles.ts";
import { createLabels } from "./repositoryLabels.ts";
import { outputsIn, setVariables, type BootstrapOutputs } from "./repositoryVariables.ts";

export interface AdoptOptions {
  /** OWNER/NAME. Default: the repository in the outputs. */
  repository?: string;
  /** File with the bootstrap's outputs, relative to the caller's folder. */
  outputs?: string;
  /** Environments, if there are no outputs. */
  environment?: string[];
  /** Who approves deployments to prod. */
  reviewer?: string[];
  /** Owner of the controlling paths. */
  owner?: string;
  branch: string;
  /** Folder of a checkout of tarmac to copy workflows from. */
  workflowsFrom?: string;
  json?: true;
}

export interface Adoption {
  github: GitHub;
  /** Folder of the repository. */
  folder: string;
  repository: string;
  environments: readonly string[];
  outputs?: BootstrapOutputs;
  options: Pick<AdoptOptions, "reviewer" | "owner" | "branch" | "workflowsFrom">;
}

/** Any branch may deploy a sandbox: sandboxes exist for that. */
const open = "sandbox";
const reviewed = "prod";

/** @throws GitHubError */
export async function adopt({
  github,
  folder,
  repository,
  environments,
  outputs,
  options,
}: Adoption): Promise<Adopted> {
  const done: Adopted[] = [];
  if (options.workflowsFrom !== undefined) done.push(keepWorkflows(folder, options.workflowsFrom));
  done.push(keepCodeOwners(folder, options.owner));
  done.push(await createLabels(github, repository));
  for (const name of environments) {
    const found = await protectEnvironment(github, repository, {
      name,
      ...(name === open ? {} : { branch: options.branch }),
      reviewers: name === reviewed ? (options.reviewer ?? []) : [],
    });
    done.push(found);
    // Protect the environment before setting its variables: with them, every job that GitHub lets into the environment
    // can deploy.
    const values = outputs?.environmentVariables[name];
    if (values !== undefined && found.closed) done.push(await setVariables(github, repository, values, name));
  }
  if (outputs !== undefined) done.push(await setVariables(github, repository, outputs.repositoryVariables));
  done.push(await lookAtBranch(github, repository, options.branch));
  return together(done);
}

/** @returns the exit code @throws CouldNotRun */
export async function runAdopt(options: AdoptOptions): Promise<number> {
  const outputs =
    options.outputs === undefined
      ? undefined
      : outputsIn(readFileSync(resolve(caller, options.outputs), "utf8"), options.outputs);
  const repository = options.repository ?? outputs?.repository;
  if (repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError("--repository: name the repository on GitHub: OWNER/NAME");
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const apiUrl = process.env.GITHUB_API_URL;
  const result = await adopt({
    github: new GitHubClient({ token: await token(), say, ...(apiUrl === undefined ? {} : { apiUrl }) }),
    folder: project,
    repository,
    environments: Object.keys(outputs?.environmentVariables ?? {}).concat(options.environment ?? []),
    ...(outputs === undefined ? {} : { outputs }),
    options: {
      ...options,
      ...(options.workflowsFrom === undefined ? {} : { workflowsFrom: resolve(caller, options.workflowsFrom) }),
    },
  });
  process.stdout.write(`${options.json === true ? JSON.stringify(result, undefined, 2) : text(result)}\n`);
  return result.open.length === 0 ? 0 : 1;
}

const text = ({ changed, kept, open: left }: Adopted) =>
  [
    ...changed.map((line) => `changed  ${line}`),
    ...kept.map((line) => `kept     ${line}`),
    ...left.map((line) => `open     ${line}`),
    `${changed.length} changed, ${kept.length} unchanged, ${left.length} still open`,
  ].join("\n");

/** @throws UsageError if neither the environment nor `gh` has a token */
async function token(): Promise<string> {
  const given = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN;
  if (given !== undefined && given !== "") return given;
  try {
    return (await promisify(execFile)("gh", ["auth", "token"])).stdout.trim();
  } catch (cause) {
    throw new UsageError(
      "sign in to GitHub as an administrator of the repository: gh auth login, or set GITHUB_TOKEN",
      {
        cause,
      },
    );
  }
}
