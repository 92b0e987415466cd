/** The repository of the rehearsal: the current files of this checkout, with its own environments. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { copyCheckout } from "../e2e/checkoutCopy.ts";
import { run } from "../e2e/runProgram.ts";

/** The environments of the workflows: their stacks, and their GitHub environments. */
export const environments = ["dev", "staging", "prod", "sandbox"] as const;

export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "tarmac-rehearsal-"));
  /** App name, which is also in the names of everything that the stacks create. */
  readonly app: string;

  private constructor(app: string) {
    this.app = app;
  }

  static async make(app: string): Promise<Repository> {
    const repository = new Repository(app);
    try {
      await repository.#fill();
    } catch (error) {
      repository.remove();
      throw error;
    }
    return repository;
  }

  async #fill(): Promise<void> {
    const { folder, app } = this;
    await copyCheckout(folder);
    await this.git("init", "--quiet", "--initial-branch", "main");
    // The jobs fetch commits by their hashes, as GitHub allows.
    await this.git("config", "uploadpack.allowAnySHA1InWant", "true");
    writeFileSync(join(folder, ".git", "info", "exclude"), "/node_modules\n");
    // The environments: like this machine's, with their own names.
    for (const name of environments) {
      cpSync(join(folder, "Pulumi.local.yaml"), this.stackFile(name));
      this.set(name, { appName: app, replicas: 2 });
      cpSync(join(folder, "policy", "config", "local.json"), join(folder, "policy", "config", `${name}.json`));
    }
  }

  stackFile(name: string): string {
    return join(this.folder, `Pulumi.${name}.yaml`);
  }

  /** Changes settings in an environment's file; undefined removes one. */
  set(name: string, settings: Record<string, unknown>): void {
    const document = parseDocument(readFileSync(this.stackFile(name), "utf8"));
    for (const [key, value] of Object.entries(settings))
      if (value === undefined) document.deleteIn(["config", `tarmac:${key}`]);
      else document.setIn(["config", `tarmac:${key}`], value);
    writeFileSync(this.stackFile(name), document.toString());
  }

  /** Replaces a text in a file. @throws Error when the file does not have it exactly once */
  edit(path: string, before: string, after: string): void {
    const text = readFileSync(join(this.folder, path), "utf8");
    if (text.split(before).length !== 2) throw new Error(`${path} does not have this once: ${before}`);
    writeFileSync(
      join(this.folder, path),
      text.replace(before, () => after),
    );
  }

  async git(...args: string[]): Promise<string> {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];
    // Without the user's own Git configuration and hooks.
    const options = { cwd: this.folder, env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" } };
    return (await run("git", [...who, ...args], options)).trim();
  }

  /** @returns the commit */
  async commit(message: string): Promise<string> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /**
   * Merges a branch into another one like GitHub: a commit whose first parent is the base.
   * @throws Error when they conflict
   */
  async mergeCommit(base: string, branch: string, message = `Merge ${branch}`): Promise<string> {
    const [tree = ""] = (await this.git("merge-tree", "--write-tree", base, branch)).split("\n");
    return this.git("commit-tree", tree, "-p", base, "-p", branch, "-m", message);
  }

  /** Writes the `.github` of a commit into a folder. */
  async extractWorkflows(commit: string, folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    const archive = join(folder, "workflows.tar");
    await this.git("archive", "--format=tar", `--output=${archive}`, commit, ".github");
    await run("tar", ["--extract", "--file", archive, "--directory", folder], { env: process.env });
    rmSync(archive);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
