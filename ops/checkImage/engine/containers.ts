/**
 * The containers of a check. Each is removed at its end, on errors, on Ctrl-C, and by the next check when this process
 * was killed so hard that it could do nothing.
 */
import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import type { Container, ContainerCreateOptions } from "dockerode";

/** Unix time in seconds until which a container may be in use. */
const untilLabel = "dev.tarmac.check-image.until";
const namePrefix = "tarmac-check-";

export class Containers {
  readonly #docker: Docker;
  readonly #until: number;
  readonly #alive = new Set<Promise<Container>>();
  #closed = false;

  /** @param seconds after which the whole check has ended, one way or the other */
  constructor(docker: Docker, seconds: number) {
    this.#docker = docker;
    this.#until = Math.ceil(Date.now() / 1000) + seconds;
  }

  /** @throws Error of the engine, or when the check is being ended */
  async create(options: ContainerCreateOptions): Promise<Container> {
    if (this.#closed) throw new Error("the check is being ended");
    const made = this.#docker.createContainer({
      ...options,
      name: namePrefix + randomUUID().slice(0, 12),
      Labels: { [untilLabel]: String(this.#until) },
    });
    this.#alive.add(made);
    return made;
  }

  /** Removes every container that was made or is being made; further ones are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#alive].map(async (made) => made.then(remove, () => undefined)));
  }

  /** Removes what a killed check has left. */
  async sweep(): Promise<void> {
    const left = await this.#docker.listContainers({ all: true, filters: { label: [untilLabel] } });
    const past = left.filter(({ Labels }) => Number(Labels[untilLabel]) < Date.now() / 1000);
    await Promise.all(past.map(({ Id }) => remove(this.#docker.getContainer(Id))));
  }
}

/** Kills and removes a container with its anonymous volumes; one that is gone already is fine. */
export async function remove(container: Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
    // 409: its removal is under way.
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error as Error;
  });
}
