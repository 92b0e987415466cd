/**
 * Pull requests from their previews to the fixed drift of the deployed environment. act runs the workflows of this checkout
 * on this machine and on the local environment, with a stand-in for GitHub. Everything else is real.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stateFolder } from "../../local/layout.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { groupsOf, resourcesOf } from "../e2e/azureQueries.ts";
import { run } from "../e2e/runProgram.ts";
import { GitHubStandIn, type StandInIssue } from "../githubStandIn/gitHubStandIn.ts";
import type { StandInPullRequest } from "../githubStandIn/standInPullRequest.ts";
import type { RunAtWork, WorkflowRun } from "./actRun.ts";
import { createIdentities, removeIdentities } from "./cloudIdentities.ts";
import { GitHubActions, type Occurrence } from "./githubActions.ts";
import { environments, Repository } from "./repository.ts";

const app = "rehearsal";
/** The environment that the rehearsal deploys, previews and checks. */
export const stack = "dev";
/** The namespace that the first change moves the service to. Kubernetes cannot rename a namespace. */
export const newNamespace = "rehearsal-greeting";
export const sandboxStack = "sandbox-pr-7";

/** The states of the rehearsal's stacks. The folder is fixed, so that the next rehearsal finds what a killed one left. */
const backend = join(stateFolder, "rehearsal");

/** The outputs of a stack that the stations use. */
interface Outputs {
  url: string;
  imageReference: string;
  namespaceName: string;
}

export interface OpenPullRequest {
  branch: string;
  base: string;
  github: StandInPullRequest;
  /** Whether it comes from another repository, without the rights of this one. */
  fork: boolean;
}

export class Rehearsal {
  readonly github: GitHubStandIn;
  readonly repository: Repository;
  readonly #actions: GitHubActions;
  /** The commits of main, oldest first. */
  readonly #main: string[] = [];
  /** Commit of the newest push to main. */
  #pushedHead: string | undefined;

  private constructor(github: GitHubStandIn, repository: Repository, actions: GitHubActions) {
    this.github = github;
    this.repository = repository;
    this.#actions = actions;
  }

  /** Creates a repository with its environments, without any deployment. @param say called with the output of the commands */
  static async begin(say: (line: string) => void): Promise<Rehearsal> {
    const repository = await Repository.make(app);
    const github = await new GitHubStandIn().start();
    try {
      github.idToken = async (subject, audience) =>
        ((await simulation("POST", "workflowTokens", { subject, audience })) as { token: string }).token;
      github.jobs.protections.dev = { branch: "main" };
      await removeStacks();
      mkdirSync(backend, { recursive: true });
      await pulumi(repository.folder, "stack", "init", stack, "--no-select");
      const identities = await createIdentities(github.repository, environments);
      const { ARM_TENANT_ID = "", ARM_SUBSCRIPTION_ID = "" } = stackEnvironment();
      const actions = await GitHubActions.of(
        github,
        repository,
        {
          repository: {
            AZURE_PREVIEW_CLIENT_ID: identities.preview,
            AZURE_DRIFT_CLIENT_ID: identities.drift,
            AZURE_TENANT_ID: ARM_TENANT_ID,
            AZURE_SUBSCRIPTION_ID: ARM_SUBSCRIPTION_ID,
            PULUMI_BACKEND_URLS: JSON.stringify({ [stack]: backendUrl }),
            ENVIRONMENTS: JSON.stringify([stack]),
            PREVIEWED: JSON.stringify([stack]),
          },
          environments: Object.fromEntries(
            Object.entries(identities.environments).map(([name, clientId]) => [
              name,
              {
                AZURE_CLIENT_ID: clientId,
                AZURE_SUBSCRIPTION_ID: ARM_SUBSCRIPTION_ID,
                PULUMI_BACKEND_URL: backendUrl,
              },
            ]),
          ),
        },
        say,
      );
      const rehearsal = new Rehearsal(github, repository, actions);
      rehearsal.#main.push(await repository.commit("The service and its environments"));
      return rehearsal;
    } catch (error) {
      await github.stop();
      repository.remove();
      throw error;
    }
  }

  /** A push to main starts the deployment, unless it changes only files that the workflow ignores. */
  async push(): Promise<WorkflowRun> {
    const files = await this.#filesToPush();
    return this.#only(this.#actions.on({ ...this.#pushed(), files }));
  }

  /** Like `push`, without waiting for the end. */
  async startPush(): Promise<RunAtWork> {
    await this.#filesToPush();
    return this.#actions.begin("deploy.yml", this.#pushed());
  }

  /** The files that changed since the push before. The first push has all files. */
  async #filesToPush(): Promise<string[]> {
    const before = this.#pushedHead;
    this.#pushedHead = this.#head;
    const changed =
      before === undefined
        ? await this.repository.git("ls-tree", "-r", "--name-only", this.#head)
        : await this.repository.git("diff", "--name-only", before, this.#head);
    return changed.split("\n").filter((file) => file !== "");
  }

  /** "Re-run all jobs" of a run. Default: the newest. */
  rerun(run?: WorkflowRun): Promise<WorkflowRun> {
    return this.#actions.rerun("all", run?.id);
  }

  /** "Re-run failed jobs" of the newest run. */
  rerunFailed(): Promise<WorkflowRun> {
    return this.#actions.rerun("failed");
  }

  /** "Run workflow" of the deployment. */
  dispatch(action: string, of: string = stack): Promise<WorkflowRun> {
    return this.#actions.run("deploy.yml", this.#dispatched(action, of));
  }

  startDispatch(action: string): Promise<RunAtWork> {
    return this.#actions.begin("deploy.yml", this.#dispatched(action));
  }

  /** Runs a workflow by its schedule. */
  schedule(file: string): Promise<WorkflowRun> {
    return this.#actions.run(file, { ...this.#onMain("schedule"), payload: this.#payload({}) });
  }

  /** Comments on an issue, which runs the workflows. */
  async commentOnIssue(issue: StandInIssue, login: string, body: string): Promise<WorkflowRun> {
    const { number, state, body: text, user } = issue;
    const payload = this.#payload({
      ...{ action: "created", issue: { number, state, body: text, user } },
      comment: { body, user: { login, type: "User" } },
    });
    return this.#only(this.#actions.on({ ...this.#onMain("issue_comment"), action: "created", actor: login, payload }));
  }

  /**
   * Lets GitHub issue no tokens for runs while something happens, so that no job of these subjects can sign in to Azure.
   * @param subjects that the outage affects, e.g. "environment:staging". Default: all
   */
  async withoutSignIn<T>(during: () => Promise<T>, subjects = ""): Promise<T> {
    const { idToken } = this.github;
    this.github.idToken = (subject, audience) =>
      subject.includes(subjects) ? Promise.reject(new Error("Service Unavailable")) : idToken(subject, audience);
    try {
      return await during();
    } finally {
      this.github.idToken = idToken;
    }
  }

  /** Adds an environment after `dev`, whose images it runs. The next push deploys both. */
  async addEnvironment(name: string): Promise<void> {
    await this.#pulumi("stack", "init", name, "--no-select");
    const names = [stack, name];
    this.#actions.setVariables({
      ENVIRONMENTS: JSON.stringify(names),
      PULUMI_BACKEND_URLS: JSON.stringify(Object.fromEntries(names.map((one) => [one, backendUrl]))),
    });
    // The clusters of all environments are the one Kubernetes of this machine.
    const settings = { imageFrom: stack, namespace: `${app}-${name}` };
    await this.commitToMain(`The environment ${name}`, () => this.repository.set(name, settings));
  }

  /** Image that a stack runs. */
  async imageOf(of: string): Promise<string> {
    return (await this.#outputsOf(of)).imageReference;
  }

  /**
   * Opens a pull request. Its workflows run on `activity`.
   * @param change edits the files of the branch
   */
  async openPullRequest(
    number: number,
    branch: string,
    change: () => void,
    { base = "main", fork = false } = {},
  ): Promise<OpenPullRequest> {
    await this.repository.git("checkout", "--quiet", "-b", branch, "main");
    change();
    const head = await this.repository.commit(`Change of ${branch}`);
    await this.repository.git("checkout", "--quiet", "main");
    const github = number === 7 ? this.github.pull : this.github.openPull(number);
    const pull = { branch, base, github, fork };
    await this.#showChange(pull, head);
    return pull;
  }

  /** Another commit on the branch. */
  async pushTo(pull: OpenPullRequest, change: () => void): Promise<void> {
    await this.repository.git("checkout", "--quiet", pull.branch);
    change();
    const head = await this.repository.commit(`Another change of ${pull.branch}`);
    await this.repository.git("checkout", "--quiet", "main");
    await this.#showChange(pull, head);
  }

  async #showChange(pull: OpenPullRequest, head: string): Promise<void> {
    pull.github.head = head;
    const changed = await this.repository.git("diff", "--name-only", `${pull.base}...${head}`);
    pull.github.files = changed.split("\n").flatMap((filename) => (filename === "" ? [] : [{ filename }]));
  }

  /** Changes the base branch. */
  async retarget(pull: OpenPullRequest, base: string): Promise<OpenPullRequest> {
    const retargeted = { ...pull, base };
    await this.#showChange(retargeted, pull.github.head);
    return retargeted;
  }

  /**
   * Runs the workflows for an activity of a pull request.
   * @param action "opened", "synchronize", "edited", "labeled" ...
   * @param label that was set or removed
   */
  async activity(pull: OpenPullRequest, action: string, label?: string): Promise<WorkflowRun[]> {
    return this.#actions.on(await this.#pullRequestEvent(pull, action, label));
  }

  /** Runs only the preview workflow for an activity. */
  async preview(pull: OpenPullRequest, action: string, label?: string): Promise<WorkflowRun> {
    return this.#actions.run("preview.yml", await this.#pullRequestEvent(pull, action, label));
  }

  /** Runs only the sandbox workflow for a label, which also starts the preview. */
  async sandbox(pull: OpenPullRequest, action: string, label: string): Promise<WorkflowRun> {
    return this.#actions.run("sandbox.yml", await this.#pullRequestEvent(pull, action, label));
  }

  async #pullRequestEvent(pull: OpenPullRequest, action: string, label?: string): Promise<Occurrence> {
    const { branch, base, github, fork } = pull;
    const [baseSha, sha] = [
      await this.repository.git("rev-parse", base),
      await this.repository.mergeCommit(await this.repository.git("rev-parse", base), github.head),
    ];
    const ref = `refs/pull/${github.number}/merge`;
    await this.repository.git("update-ref", ref, sha);
    const head = {
      sha: github.head,
      ref: branch,
      repo: { full_name: fork ? "mallory/hello" : this.github.repository },
    };
    return {
      ...{ name: "pull_request", action, branch: base, sha, ref, fork, base, actor: github.author },
      payload: this.#payload({
        ...{ action, number: github.number, sender: { login: "grace", type: "User" } },
        ...(label === undefined ? {} : { label: { name: label } }),
        pull_request: {
          ...{ number: github.number, state: "open", head, user: { login: github.author } },
          base: { sha: baseSha, ref: base },
          labels: github.labels.map((name) => ({ name })),
        },
      }),
    };
  }

  /** The event of the pull request in a merge queue: it has its own commit, on a branch without a pull request. */
  async queueEvent(pull: OpenPullRequest): Promise<Occurrence> {
    const base = await this.repository.git("rev-parse", "main");
    const sha = await this.repository.mergeCommit(base, pull.github.head);
    const ref = `refs/heads/gh-readonly-queue/main/pr-${pull.github.number}-${base}`;
    await this.repository.git("update-ref", ref, sha);
    return {
      ...{ name: "merge_group", action: "checks_requested", branch: "main", sha, ref },
      actor: "github-merge-queue[bot]",
      payload: this.#payload({
        action: "checks_requested",
        merge_group: { head_sha: sha, head_ref: ref, base_sha: base },
      }),
    };
  }

  /** Runs the workflows of a merge queue. */
  async queued(pull: OpenPullRequest): Promise<WorkflowRun[]> {
    return this.#actions.on(await this.queueEvent(pull));
  }

  async merge(pull: OpenPullRequest): Promise<void> {
    const { number, head, author } = pull.github;
    const commit = await this.repository.mergeCommit(await this.repository.git("rev-parse", "main"), head);
    await this.#toMain(commit);
    this.github.pullsOf[commit] = [
      { number, head: { sha: head }, user: { login: author }, merged_at: new Date().toISOString() },
    ];
  }

  /** A commit on main without a pull request. */
  async commitToMain(message: string, change: () => void): Promise<void> {
    change();
    await this.#toMain(await this.repository.commit(message));
  }

  async #toMain(commit: string): Promise<void> {
    await this.repository.git("reset", "--quiet", "--hard", commit);
    for (const [index, earlier] of this.#main.entries())
      this.github.comparisons[`${earlier}...${commit}`] = [...this.#main.slice(index + 1), commit];
    this.#main.push(commit);
  }

  get #head(): string {
    return this.#main.at(-1) ?? "";
  }

  #onMain(name: string) {
    return { name, branch: "main", sha: this.#head, ref: "refs/heads/main", actor: "ada" };
  }

  #payload(more: object): object {
    return { repository: { full_name: this.github.repository, default_branch: "main" }, ...more };
  }

  #pushed(): Occurrence {
    return { ...this.#onMain("push"), payload: this.#payload({ ref: "refs/heads/main", after: this.#head }) };
  }

  #dispatched(action: string, of: string = stack): Occurrence {
    const inputs = { stack: of, action, "allow-replace": "", "allow-older": "", service: "" };
    return { ...this.#onMain("workflow_dispatch"), payload: this.#payload({ inputs }) };
  }

  async #only(started: Promise<WorkflowRun[]>): Promise<WorkflowRun> {
    const [only, ...others] = await started;
    if (only === undefined || others.length > 0)
      throw new Error(`${others.length + (only === undefined ? 0 : 1)} workflows ran, not one`);
    return only;
  }

  /** Makes the sandbox expire. */
  async letSandboxExpire(): Promise<void> {
    await this.#pulumi("stack", "tag", "set", "tarmac:expires", "2026-01-01T00:00:00Z", "--stack", sandboxStack);
  }

  /** Changes an environment variable of the service by hand. @param variable "NAME=VALUE" */
  async changeByHand(variable: string): Promise<void> {
    const { namespaceName } = await this.#outputsOf(stack);
    await this.#run("kubectl", "--namespace", namespaceName, "set", "env", `deployment/${app}`, variable);
  }

  async end(): Promise<void> {
    try {
      await removeStacks();
      await removeIdentities();
    } finally {
      await this.github.stop();
      this.#actions.remove();
      this.repository.remove();
    }
  }

  /** The only comment of the previews. @throws Error when there is none, or more than one */
  comment({ comments } = this.github.pull): string {
    const [comment, ...others] = comments.filter(({ body }) => body.includes("## Preview: "));
    if (comment === undefined || others.length > 0)
      throw new Error(`${comments.length} comments, and ${others.length + (comment ? 1 : 0)} about previews, not one`);
    return comment.body;
  }

  /** The newest issue about drift. @throws Error when there is none, or when another one is open */
  issue(): StandInIssue {
    const [issue, ...others] = this.github.issues.toReversed();
    if (issue === undefined || others.some(({ state }) => state === "open"))
      throw new Error(`there are ${this.github.issues.length} issues, and not one that may be open`);
    return issue;
  }

  /** Status of the service's answer. */
  async ask(of: string = stack): Promise<number> {
    return (await fetch((await this.#outputsOf(of)).url)).status;
  }

  async #outputsOf(of: string): Promise<Outputs> {
    return JSON.parse(await this.#pulumi("stack", "output", "--json", "--stack", of)) as Outputs;
  }

  /** Everything with a stack's name in the state, in Azure and on the cluster. */
  async tracesOf(of: string): Promise<string[]> {
    const stacks = JSON.parse(await this.#pulumi("stack", "ls", "--json")) as { name: string }[];
    const found = stacks.filter(({ name }) => name === of).map(({ name }) => `stack ${name}`);
    found.push(...(await groupsOf(of)).map(({ name }) => `resource group ${name}`), ...(await resourcesOf(of)));
    const namespaces = await this.#run("kubectl", "get", "namespaces", "-l", `tarmac.dev/stack=${of}`, "-o", "name");
    return [...found, ...namespaces.split("\n").filter((line) => line !== "")];
  }

  #run(program: string, ...args: string[]): Promise<string> {
    return run(program, args, { cwd: this.repository.folder, env: environment() });
  }

  #pulumi(...args: string[]): Promise<string> {
    return pulumi(this.repository.folder, ...args);
  }
}

const backendUrl = `file://${backend}?metadata=skip`;

/** The environment of the rehearsal's own commands, which sign in as this machine's deployer. */
const environment = (): NodeJS.ProcessEnv => ({ ...stackEnvironment(), PULUMI_BACKEND_URL: backendUrl });

const pulumi = (cwd: string, ...args: string[]): Promise<string> =>
  run("pulumi", ["--non-interactive", ...args], { cwd, env: environment() });

/** Also removes what a killed rehearsal left. */
async function removeStacks(): Promise<void> {
  if (!existsSync(backend)) return;
  // Without the program, because the program of a killed rehearsal is gone.
  const folder = join(stateFolder, "pulumi", "project");
  for (const { name } of JSON.parse(await pulumi(folder, "stack", "ls", "--json")) as { name: string }[]) {
    await pulumi(folder, "cancel", "--yes", "--stack", name);
    await pulumi(folder, "destroy", "--yes", "--skip-preview", "--continue-on-error", "--stack", name);
    await pulumi(folder, "stack", "rm", "--yes", "--stack", name);
  }
  rmSync(backend, { recursive: true });
}
