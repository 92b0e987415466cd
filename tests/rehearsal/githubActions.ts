/** GitHub Actions in the rehearsal: events of the repository start the workflows, and act runs them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkoutFolder, ports } from "../../local/layout.ts";
import { buildOnDemand } from "../../local/toolchain/buildOnDemand.ts";
import { binaryOf } from "../../local/toolchain/goBuild.ts";
import type { GitHubStandIn } from "../githubStandIn/gitHubStandIn.ts";
import { act } from "./actTool.ts";
import type { JobRun } from "./actLog.ts";
import { type RunAtWork, startAct, type WorkflowRun } from "./actRun.ts";
import { type Again, failedJobsAgain } from "./failedJobsAgain.ts";
import type { Repository } from "./repository.ts";
import { runnerEnvironment } from "./runnerMachine.ts";
import { type StartingEvent, starts } from "./triggers.ts";
import { actionsOf, admissionAction, environmentVariables, workflowForAct } from "./workflowForAct.ts";

/** An event, with the data that GitHub passes to the workflows. */
export interface Occurrence extends StartingEvent {
  /** Commit and ref of the runs. */
  sha: string;
  ref: string;
  actor: string;
  payload: object;
  /** Whether it is about a pull request from a fork. */
  fork?: boolean;
  /** `github.base_ref`, of a pull request. */
  base?: string;
}

export interface Variables {
  repository: Record<string, string>;
  /** By environment. */
  environments: Record<string, Record<string, string>>;
}

/** A run of a workflow. */
interface Run {
  number: number;
  file: string;
  occurrence: Occurrence;
  attempts: number;
  /** The result of the last attempt. */
  last?: WorkflowRun;
}

/** `OWNER/NAME@REF` of an action, which may be in a folder of that repository: act asks for the whole repository. */
const repositoryOf = (action: string) => action.replace(/^([^/@]+\/[^/@]+)[^@]*/, "$1");

const standIns = join(checkoutFolder, "tests", "rehearsal", "actions");
/** The rehearsal leaves it out, because it runs the tests of the whole checkout. */
const left = "ci.yml";

export class GitHubActions {
  readonly #github: GitHubStandIn;
  readonly #repository: Repository;
  readonly #variables: Variables;
  readonly #program: string;
  readonly #say: (line: string) => void;
  readonly #scratch = mkdtempSync(join(tmpdir(), "tarmac-actions-"));
  readonly #machine: NodeJS.ProcessEnv;
  /** Oldest first. */
  readonly #runs: Run[] = [];

  private constructor(
    program: string,
    github: GitHubStandIn,
    repository: Repository,
    variables: Variables,
    say: (line: string) => void,
  ) {
    this.#program = program;
    this.#github = github;
    this.#repository = repository;
    this.#variables = variables;
    this.#say = say;
    this.#machine = runnerEnvironment(join(this.#scratch, "bin"));
  }

  /** @param say called with the output of the steps */
  static async of(
    github: GitHubStandIn,
    repository: Repository,
    variables: Variables,
    say: (line: string) => void,
  ): Promise<GitHubActions> {
    await buildOnDemand(act);
    return new GitHubActions(binaryOf(act), github, repository, variables, say);
  }

  remove(): void {
    rmSync(this.#scratch, { recursive: true });
  }

  /** Runs every workflow that this event starts, one after the other. */
  async on(occurrence: Occurrence): Promise<WorkflowRun[]> {
    const folder = await this.#folderOf(occurrence);
    const runs: WorkflowRun[] = [];
    for (const file of this.#started(folder, occurrence))
      runs.push(await this.#start(folder, this.#newRun(file, occurrence)).end);
    rmSync(folder, { recursive: true });
    return runs;
  }

  /** Starts one workflow without waiting for its end. */
  async begin(file: string, occurrence: Occurrence): Promise<RunAtWork> {
    return this.#start(await this.#folderOf(occurrence), this.#newRun(file, occurrence));
  }

  /** Runs one workflow. */
  run(file: string, occurrence: Occurrence): Promise<WorkflowRun> {
    return this.#toTheEnd(this.#newRun(file, occurrence));
  }

  /**
   * Another attempt of a run, for the same event.
   * @param which "all" jobs, or those that "failed" with those that need them
   * @param id of the run. Default: the newest
   */
  rerun(which: "all" | "failed", id?: string): Promise<WorkflowRun> {
    const run = id === undefined ? this.#runs.at(-1) : this.#runs.find(({ number }) => `${number}` === id);
    if (run?.last === undefined) throw new Error("this run has not ended, so it cannot run again");
    return this.#toTheEnd(run, which === "failed" ? run.last.jobs : undefined);
  }

  /** Sets variables of the repository for the runs that follow. */
  setVariables(values: Record<string, string>): void {
    Object.assign(this.#variables.repository, values);
  }

  #newRun(file: string, occurrence: Occurrence): Run {
    const run = { number: this.#runs.length + 1, file, occurrence, attempts: 0 };
    this.#runs.push(run);
    return run;
  }

  async #toTheEnd(run: Run, earlier?: readonly JobRun[]): Promise<WorkflowRun> {
    const folder = await this.#folderOf(run.occurrence);
    const done = await this.#start(folder, run, earlier).end;
    rmSync(folder, { recursive: true });
    return done;
  }

  async #folderOf({ sha }: Occurrence): Promise<string> {
    const folder = mkdtempSync(join(this.#scratch, "workflows-"));
    await this.#repository.extractWorkflows(sha, folder);
    return folder;
  }

  #started(folder: string, event: StartingEvent): string[] {
    return Object.entries(workflowsIn(folder))
      .filter(([file, text]) => {
        const { on } = parse(text) as { on: Parameters<typeof starts>[0] };
        return file !== left && starts(on, event);
      })
      .map(([file]) => file)
      .sort();
  }

  /** @param earlier jobs of the attempt before, of which those that failed run again. Default: all run */
  #start(folder: string, run: Run, earlier?: readonly JobRun[]): RunAtWork {
    const { number, file, occurrence } = run;
    const { name: event, fork = false } = occurrence;
    run.attempts++;
    // Each run has its own files, because two runs may overlap.
    const scratch = mkdtempSync(join(this.#scratch, `run-${number}-`));
    const own = join(scratch, "commit");
    mkdirSync(join(own, ".github", "workflows"), { recursive: true });
    const actions: Record<string, string> = { [admissionAction]: join(standIns, "rehearsal", "admission") };
    for (const text of filesOf(join(folder, ".github")))
      for (const action of actionsOf(text)) {
        const repository = repositoryOf(action);
        actions[repository] = join(standIns, repository.split("@")[0] ?? "");
      }
    const { files, kept } = attemptOf(workflowsIn(folder), file, earlier);
    for (const [workflow, text] of Object.entries(files)) {
      const adapted = workflowForAct(text, {
        ...{ repository: this.#github.repository, event },
        tokenFor: (permissions) => this.#github.tokens.issue(permissions, { fork }),
        ...(fork ? {} : { idTokens: `${this.#github.url}/services/idToken` }),
      });
      writeFileSync(join(own, ".github", "workflows", workflow), adapted);
    }
    const payload = join(scratch, "event.json");
    writeFileSync(payload, JSON.stringify(occurrence.payload));
    const { repository, url, runtimeToken } = this.#github;
    const work = startAct({
      ...{ program: this.#program, folder: own, workflow: file, event, payload, scratch, actions },
      actor: occurrence.actor,
      variables: {
        ...this.#variables.repository,
        [environmentVariables]: JSON.stringify(this.#variables.environments),
      },
      github: {
        GITHUB_REPOSITORY: repository,
        GITHUB_REPOSITORY_OWNER: repository.split("/")[0] ?? "",
        GITHUB_SHA: occurrence.sha,
        GITHUB_REF: occurrence.ref,
        ...(occurrence.base === undefined ? {} : { GITHUB_BASE_REF: occurrence.base }),
        GITHUB_RUN_ID: `${number}`,
        GITHUB_RUN_ATTEMPT: `${run.attempts}`,
        GITHUB_API_URL: url,
        ACTIONS_RESULTS_URL: `${url}/services`,
        ACTIONS_RUNTIME_TOKEN: runtimeToken,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: runtimeToken,
        REHEARSAL_REPOSITORY: this.#repository.folder,
        REHEARSAL_ENTRA: `https://localhost:${ports.azure}`,
      },
      secret: runtimeToken,
      env: this.#machine,
      say: this.#say,
    });
    const end = work.end
      .then((done) => (run.last = { ...done, kept, jobs: [...kept, ...done.jobs.filter(isNotIn(kept))] }))
      .finally(() => rmSync(scratch, { recursive: true, force: true }));
    const cancel = async () => {
      await work.cancel();
      return end;
    };
    return { end, cancel };
  }
}

const isNotIn = (kept: readonly JobRun[]) => (job: JobRun) => !kept.some(({ path }) => path === job.path);

const attemptOf = (files: Record<string, string>, file: string, earlier: readonly JobRun[] | undefined): Again =>
  earlier === undefined ? { files, kept: [] } : failedJobsAgain(files, file, earlier);

/** The workflows of a repository, by name of the file. */
function workflowsIn(folder: string): Record<string, string> {
  const workflows = join(folder, ".github", "workflows");
  const files = readdirSync(workflows).map((file) => [file, readFileSync(join(workflows, file), "utf8")] as const);
  return Object.fromEntries(files);
}

/** The workflows and actions below a folder. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== folder && entry.name.endsWith(".yml"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
