/**
 * The life of a pull request, from its preview to the mended drift of what it was merged into: the lines of the workflows,
 * run in their order on the local environment, with a stand-in for GitHub. Everything else is real.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { groupsOf, resourcesOf } from "../e2e/azureQueries.ts";
import { run } from "../e2e/runProgram.ts";
import { GitHubStandIn, type StandInIssue } from "../githubStandIn/server.ts";
import { Repository } from "./repository.ts";
import { runStep, type StepRun } from "./workflowStep.ts";

const stack = "rehearsal";
const branch = "feature/greeting";
const pullRequest = 7;
/** Where the change moves the service to: another namespace, which Kubernetes cannot rename. */
export const newNamespace = "rehearsal-greeting";
export const sandboxStack = `sandbox-pr-${pullRequest}`;

export interface Told extends StepRun {
  /** What the step shows on the run's page. */
  summary: string;
}

export class Rehearsal {
  readonly github: GitHubStandIn;
  readonly #repository: Repository;
  readonly #scratch = mkdtempSync(join(tmpdir(), "tarmac-rehearsal-run-"));
  readonly #say: (line: string) => void;

  private constructor(github: GitHubStandIn, repository: Repository, say: (line: string) => void) {
    this.github = github;
    this.#repository = repository;
    this.#say = say;
  }

  /** A repository with one environment, of which nothing is deployed yet. @param say told what the commands print */
  static async begin(say: (line: string) => void): Promise<Rehearsal> {
    const repository = await Repository.make(stack);
    const rehearsal = new Rehearsal(await new GitHubStandIn().start(), repository, say);
    try {
      await rehearsal.#removeStack(sandboxStack);
      await rehearsal.#removeStack(stack);
      await rehearsal.#pulumi("stack", "init", stack, "--no-select");
      await repository.commit("The service and its environment");
    } catch (error) {
      await rehearsal.#stop();
      throw error;
    }
    return rehearsal;
  }

  /** `deploy.yml` on a push to main; or by hand with another action. */
  async deploy(action: "deploy" | "refresh" = "deploy"): Promise<Told> {
    await this.#repository.git("checkout", "--quiet", "main");
    const which = action === "deploy" ? /--allow-older "\$ALLOW_OLDER"$/ : /--refresh$/;
    return this.#step("deploy-stack.yml", "deploy", which, {
      ...{ "inputs.stack": stack, "inputs.allow-replace": "", "github.token": this.github.token },
      ...{ "inputs.allow-older": "", "inputs.service": "" },
      // Nobody has to approve this environment.
      "needs.preview.outputs.changes": "",
    });
  }

  /** A branch with a greeting, and a namespace of a better name. */
  async openPullRequest(): Promise<void> {
    await this.#repository.git("checkout", "--quiet", "-b", branch, "main");
    this.#repository.set({ environment: { GREETING: "hello" }, namespace: newNamespace });
    await this.#repository.commit("A greeting, in a namespace of its own");
    this.github.head = await this.#repository.git("rev-parse", branch);
    this.github.files = (await this.#repository.git("diff", "--name-only", "main", branch))
      .split("\n")
      .map((filename) => ({ filename }));
  }

  /** `preview.yml`, first job: with the change's code, and without a right to the pull request. */
  async collectPreview(): Promise<Told> {
    await this.#repository.checkOutMerge(branch);
    return this.#step("preview.yml", "collect", /--image/, { "matrix.stack": stack });
  }

  /** `preview.yml`, second job: with the base's code, on what the first has collected. */
  async judgePreview(): Promise<Told> {
    await this.#repository.git("checkout", "--quiet", "main");
    // By way of the artifact.
    const collected = `collected-${stack}.json`;
    cpSync(join(this.#repository.folder, collected), join(this.#scratch, "collected", collected));
    return this.#step("preview.yml", "report", /--post/, {
      "github.token": this.github.token,
      "runner.temp": this.#scratch,
      "vars.PREVIEWED": JSON.stringify([stack]),
    });
  }

  /** Somebody who may write to the repository sets a label. */
  label(name: string): void {
    this.github.label(name, "grace");
  }

  async merge(): Promise<void> {
    await this.#repository.git("checkout", "--quiet", "main");
    await this.#repository.git("merge", "--quiet", "--no-ff", "--message", `Merge ${branch}`, branch);
    const merged = { number: pullRequest, head: { sha: this.github.head }, user: { login: this.github.author } };
    const commit = await this.#repository.git("rev-parse", "HEAD");
    this.github.pullsOf[commit] = [{ ...merged, merged_at: new Date().toISOString() }];
  }

  /** `sandbox.yml` on the label "sandbox". */
  async sandboxUp(): Promise<Told> {
    await this.#repository.checkOutMerge(branch);
    return this.#step("sandbox.yml", "up", /sandbox up/, {
      "github.event.pull_request.number": String(pullRequest),
    });
  }

  /** The two days of the sandbox are over. */
  async letSandboxExpire(): Promise<void> {
    await this.#pulumi("stack", "tag", "set", "tarmac:expires", "2026-01-01T00:00:00Z", "--stack", sandboxStack);
  }

  /** `sandbox.yml` every hour. */
  async reap(): Promise<Told> {
    await this.#repository.git("checkout", "--quiet", "main");
    return this.#step("sandbox.yml", "reap", /sandbox reap/);
  }

  /** Somebody changes the environment by hand. */
  async changeByHand(): Promise<void> {
    await this.#run(
      "kubectl",
      "--namespace",
      newNamespace,
      "set",
      "env",
      `deployment/${stack}`,
      "GREETING=mended at 3 am",
    );
  }

  /** `drift.yml` once a day. */
  drift(): Promise<Told> {
    return this.#step("drift.yml", "look", /--issue/, { "matrix.stack": stack, "github.token": this.github.token });
  }

  async end(): Promise<void> {
    try {
      await this.#removeStack(sandboxStack);
      await this.#removeStack(stack);
    } finally {
      await this.#stop();
    }
  }

  async #stop(): Promise<void> {
    await this.github.stop();
    this.#repository.remove();
    rmSync(this.#scratch, { recursive: true });
  }

  /** The one comment of the previews. @throws Error when there is none, or more than one */
  comment(): string {
    const [comment, ...others] = this.github.comments;
    if (comment === undefined || others.length > 0)
      throw new Error(`there are ${this.github.comments.length} comments, and not one`);
    return comment.body;
  }

  /** The one issue about drift. @throws Error when there is none, or more than one */
  issue(): StandInIssue {
    const [issue, ...others] = this.github.issues;
    if (issue === undefined || others.length > 0)
      throw new Error(`there are ${this.github.issues.length} issues, and not one`);
    return issue;
  }

  /** Status of the service's answer. */
  async ask(of = stack): Promise<number> {
    const { url } = JSON.parse(await this.#pulumi("stack", "output", "--json", "--stack", of)) as { url: string };
    return (await fetch(url)).status;
  }

  /** What there is with a stack's name on it: in the state, in Azure, on the cluster. */
  async tracesOf(of: string): Promise<string[]> {
    const stacks = JSON.parse(await this.#pulumi("stack", "ls", "--json")) as { name: string }[];
    const found = stacks.filter(({ name }) => name === of).map(({ name }) => `stack ${name}`);
    found.push(...(await groupsOf(of)).map(({ name }) => `resource group ${name}`), ...(await resourcesOf(of)));
    const namespaces = await this.#run("kubectl", "get", "namespaces", "-l", `tarmac.dev/stack=${of}`, "-o", "name");
    return [...found, ...namespaces.split("\n").filter((line) => line !== "")];
  }

  async #step(file: string, job: string, which: RegExp, values: Record<string, string> = {}): Promise<Told> {
    const [summaryFile, eventFile] = [join(this.#scratch, "summary.md"), join(this.#scratch, "event.json")];
    writeFileSync(summaryFile, "");
    const repository = this.github.repository;
    const head = { sha: this.github.head, repo: { full_name: repository } };
    writeFileSync(eventFile, JSON.stringify({ pull_request: { number: pullRequest, head } }));
    const told = await runStep(file, job, which, {
      folder: this.#repository.folder,
      env: {
        ...stackEnvironment(),
        ...{ GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: repository, GITHUB_ACTOR: "ada", GITHUB_RUN_ID: "1" },
        GITHUB_SHA: await this.#repository.git("rev-parse", "HEAD"),
        ...{ GITHUB_API_URL: this.github.url, GITHUB_EVENT_PATH: eventFile, GITHUB_STEP_SUMMARY: summaryFile },
      },
      values,
      say: this.#say,
    });
    return { ...told, summary: readFileSync(summaryFile, "utf8") };
  }

  #run(program: string, ...args: string[]): Promise<string> {
    return run(program, args, { cwd: this.#repository.folder, env: stackEnvironment() });
  }

  #pulumi(...args: string[]): Promise<string> {
    return this.#run("pulumi", "--non-interactive", ...args);
  }

  /** Also what a rehearsal left that was killed. */
  async #removeStack(name: string): Promise<void> {
    const stacks = JSON.parse(await this.#pulumi("stack", "ls", "--json")) as { name: string }[];
    if (!stacks.some((one) => one.name === name)) return;
    await this.#pulumi("cancel", "--yes", "--stack", name);
    await this.#pulumi("destroy", "--yes", "--skip-preview", "--continue-on-error", "--stack", name);
    await this.#pulumi("stack", "rm", "--yes", "--preserve-config", "--stack", name);
  }
}
