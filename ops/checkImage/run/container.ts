/** A container that runs: its published port, its end, its output. */
import type { Container } from "dockerode";
import { demultiplexed } from "./containerLog.ts";
import type { Exit } from "../runEvidence.ts";

export class Running {
  readonly container: Container;
  /** Published port on 127.0.0.1; `undefined` when the process had ended before it could be asked for. */
  readonly port: number | undefined;
  readonly startedAt: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Exit>;
  #exit: Exit | undefined;

  constructor(container: Container, port: number | undefined, startedAt: number) {
    this.container = container;
    this.port = port;
    this.startedAt = startedAt;
    this.ended = this.#waitForEnd();
    // Whoever awaits it gets the error; until then it is nobody's.
    this.ended.catch(() => undefined);
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  async #waitForEnd(): Promise<Exit> {
    await this.container.wait();
    const { State } = await this.container.inspect();
    this.#exit = { code: State.ExitCode, outOfMemory: State.OOMKilled };
    return this.#exit;
  }

  /** The end of what it has printed, both streams in order. */
  async log(): Promise<string> {
    const raw = await this.container.logs({ stdout: true, stderr: true, follow: false, tail: 500 });
    return demultiplexed(raw).slice(-64 * 1024);
  }
}

/** Starts a created container. @throws Error of the engine when it cannot be started */
export async function startContainer(container: Container, port: number): Promise<Running> {
  const startedAt = Date.now();
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  return new Running(container, published === undefined ? undefined : Number(published), startedAt);
}
