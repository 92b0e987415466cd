/** A running container: its published port, its exit, its output. */
import type { Container } from "dockerode";
import { demultiplexed } from "./programOutput.ts";
import type { Target } from "./ask.ts";
import type { Exit } from "../runEvidence.ts";

export class Running {
  readonly container: Container;
  /** The address for requests; `undefined` if the process ended before it could be determined. */
  readonly target: Target | undefined;
  readonly startedAt: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Exit>;
  #exit: Exit | undefined;

  constructor(container: Container, target: Target | undefined, startedAt: number) {
    this.container = container;
    this.target = target;
    this.startedAt = startedAt;
    this.ended = this.#waitForEnd();
    // Callers that await it get the error; until then, avoid an unhandled rejection.
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

  /**
   * Sends a signal.
   * @returns false if the process had already ended
   */
  async kill(signal: string): Promise<boolean> {
    try {
      await this.container.kill({ signal });
      return true;
    } catch (error) {
      // 409: the container is no longer running. 404: it has been removed.
      if (![404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
      return false;
    }
  }

  /** The end of its output, both streams in order. */
  async log(): Promise<string> {
    const raw = await this.container.logs({ stdout: true, stderr: true, follow: false, tail: 500 });
    return demultiplexed(raw).slice(-64 * 1024);
  }
}

/** Starts a created container. @throws Error from the engine if it cannot be started */
export async function startContainer(container: Container, port: number): Promise<Running> {
  const startedAt = Date.now();
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  const addresses = [
    // Field of the default network in engines older than 29.
    (NetworkSettings as { IPAddress?: string }).IPAddress,
    ...Object.values(NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress),
  ];
  // Engines in a virtual machine have addresses that this machine cannot reach.
  const address = process.platform === "linux" ? addresses.find((one) => (one ?? "") !== "") : undefined;
  const target =
    published === undefined ? undefined : { port: Number(published), ...(address === undefined ? {} : { address }) };
  return new Running(container, target, startedAt);
}
