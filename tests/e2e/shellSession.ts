/** A shell in which a test runs one command after the other, like a person at a terminal. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";

export class ShellSession {
  readonly #shell: ChildProcessWithoutNullStreams;
  #heard = "";

  /** Opens a Bash in a folder. The caller must close it. */
  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#shell = spawn("bash", ["--noprofile", "--norc"], { cwd, env });
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream.setEncoding("utf8").on("data", (part: string) => (this.#heard += part));
    this.#shell.stdin.write("exec 2>&1\n");
  }

  /** @returns the output of the command @throws Error with the output when the command fails */
  async type(command: string): Promise<string> {
    const { code, text } = await this.try(command);
    if (code !== 0) throw new Error(`$ ${command}\nexit code ${code}\n${text}`);
    return text;
  }

  /** Runs a command that may fail. */
  async try(command: string): Promise<{ code: number; text: string }> {
    const mark = `--${randomUUID()}--`;
    this.#heard = "";
    this.#shell.stdin.write(`${command}\nprintf '\\n%s %s\\n' ${mark} $?\n`);
    const end = new RegExp(`\\n${mark} (\\d+)\\n`);
    return new Promise((resolve, reject) => {
      const closed = (code: number | null) => reject(new Error(`the shell has ended (${code}): ${this.#heard}`));
      const look = () => {
        const found = end.exec(this.#heard);
        if (found === null) return;
        this.#shell.stdout.off("data", look);
        this.#shell.off("close", closed);
        resolve({ code: Number(found[1]), text: this.#heard.slice(0, found.index) });
      };
      this.#shell.stdout.on("data", look);
      this.#shell.once("close", closed);
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#shell.once("close", resolve));
    this.#shell.stdin.end("exit\n");
    await ended;
  }
}
