/** A build's log: shown line by line while the build runs, and kept for the error. */
import type { ResourceLog } from "../rpc/engineLog.ts";
import { decodeBuildTrace } from "./buildTrace.ts";
import type { BuildStep } from "./buildTrace.ts";
import type { EngineMessage } from "./engineMessages.ts";

/** The number of lines that an error shows. */
const keptLines = 40;

/** The lines of a build's log so far. */
export class BuildLog {
  readonly #said = new Set<string>();
  readonly #lines: string[] = [];
  readonly #log: ResourceLog;

  constructor(log: ResourceLog) {
    this.#log = log;
  }

  get tail(): string[] {
    return this.#lines.slice(-keptLines);
  }

  take(message: EngineMessage): void {
    if (message.id === "moby.buildkit.trace" && typeof message.aux === "string") {
      this.#takeTrace(message.aux);
    } else {
      this.#say(message.stream ?? message.status ?? "");
    }
  }

  #takeTrace(aux: string): void {
    const { steps, logs } = decodeBuildTrace(aux);
    for (const step of steps) {
      this.#takeStep(step);
    }
    for (const { text } of logs) {
      this.#say(text);
    }
  }

  /** BuildKit reports a step again whenever its state changes. It also reports its own steps, as internal ones. */
  #takeStep({ digest, name, started, completed, cached, error }: BuildStep): void {
    const line = completed && cached ? `CACHED ${name}` : name;
    const key = `${digest} ${line}`;
    if (started && !name.startsWith("[internal]") && !this.#said.has(key)) {
      this.#said.add(key);
      this.#say(line);
    }
    if (error !== "") {
      this.#say(`ERROR ${error}`);
    }
  }

  #say(text: string): void {
    // Progress bars redraw a line with carriage returns: keep only its last state.
    const lines = text.split("\n").map((line) => line.split("\r").findLast((part) => part.trim() !== "") ?? "");
    for (const line of lines.filter((candidate) => candidate.trim() !== "")) {
      this.#lines.push(line);
      this.#log.status(line);
    }
  }
}
