/**
 * The containers of a check. Each is removed at its end, on errors, and on Ctrl-C. If this process is killed before it
 * can clean up, the next check removes them.
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

  /** @param seconds maximum duration of the whole check */
  constructor(docker: Docker, seconds: number) {
    this.#docker = docker;
    this.#until = Math.ceil(Date.now() / 1000) + seconds;
  }

  /** @throws Error from the engine, or if the check is shutting down */
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

  /** Removes every container, including those still being created; no new ones are accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#alive].map(async (made) => made.then(remove, () => undefined)));
  }

  /** Removes containers left behind by a killed check. */
  async sweep(): Promise<void> {
    const left = await this.#docker.listContainers({ all: true, filters: { label: [untilLabel] } });
    const past = left.filter(({ Labels }) => Number(Labels[untilLabel]) < Date.now() / 1000);
    await Promise.all(past.map(({ Id }) => remove(this.#docker.getContainer(Id))));
  }
}

/** Kills and removes a container with its anonymous volumes; succeeds if it is already gone. */
export async function remove(container: Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
    // 409: its removal is in progress.
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error as Error;
  });
}
