/** A repository to rehearse in: the files of this checkout, as they are now, with an environment of its own. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { copyCheckout } from "../e2e/checkoutCopy.ts";
import { run } from "../e2e/runProgram.ts";

export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "tarmac-rehearsal-"));
  /** Name of the environment: its stack, its app, its GitHub environment. */
  readonly stack: string;

  private constructor(stack: string) {
    this.stack = stack;
  }

  static async make(stack: string): Promise<Repository> {
    const repository = new Repository(stack);
    try {
      await repository.#fill();
    } catch (error) {
      repository.remove();
      throw error;
    }
    return repository;
  }

  async #fill(): Promise<void> {
    const { folder, stack } = this;
    await copyCheckout(folder);
    await this.git("init", "--quiet", "--initial-branch", "main");
    writeFileSync(join(folder, ".git", "info", "exclude"), "/node_modules\n/collected-*.json\n/preview-report.md\n");
    // The environment: like that of this machine, with names of its own.
    cpSync(join(folder, "Pulumi.local.yaml"), this.stackFile);
    this.set({ appName: stack, replicas: 2 });
    cpSync(join(folder, "policy", "config", "local.json"), join(folder, "policy", "config", `${stack}.json`));
  }

  get stackFile(): string {
    return join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  /** Changes settings in the environment's file. */
  set(settings: Record<string, unknown>): void {
    const document = parseDocument(readFileSync(this.stackFile, "utf8"));
    for (const [key, value] of Object.entries(settings)) document.setIn(["config", `tarmac:${key}`], value);
    writeFileSync(this.stackFile, document.toString());
  }

  async git(...args: string[]): Promise<string> {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];
    // Hooks of whoever runs this are not meant for it.
    const options = { cwd: this.folder, env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" } };
    return (await run("git", [...who, ...args], options)).trim();
  }

  async commit(message: string): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", message);
  }

  /** The change merged into main, as GitHub hands it to the workflows of a pull request: its first parent is the base. */
  async checkOutMerge(branch: string): Promise<void> {
    await this.git("checkout", "--quiet", "--detach", "main");
    await this.git("merge", "--quiet", "--no-ff", "--message", `Merge ${branch}`, branch);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
