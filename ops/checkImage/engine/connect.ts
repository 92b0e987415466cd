/**
 * The Docker engine to work with: the one DOCKER_HOST names, else that of the local environment where it runs, else the
 * machine's own.
 */
import { existsSync } from "node:fs";
import Docker from "dockerode";
import { sockets } from "../../../local/settings.ts";
import { CouldNotCheck } from "../couldNotCheck.ts";

export interface Engine {
  docker: Docker;
  /** It is that of the local environment, with its base images. */
  local: boolean;
}

/** @throws CouldNotCheck when there is none, or when it is on another machine */
export async function connect(environment: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const host = environment.DOCKER_HOST ?? "";
  if (host === "" && existsSync(sockets.docker)) {
    const docker = new Docker({ socketPath: sockets.docker });
    if (await answers(docker)) return { docker, local: true };
  }
  refuseFarEngine(host);
  try {
    const docker = new Docker();
    await docker.ping();
    return { docker, local: false };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CouldNotCheck(
      `no Docker engine answers at ${host === "" ? "its usual socket" : host} (${code ?? message}). ` +
        "Start Docker, or name an engine in DOCKER_HOST, e.g. unix:///var/run/docker.sock, or let npm start set one up on this machine",
      { cause: error },
    );
  }
}

const answers = (docker: Docker) =>
  docker.ping().then(
    () => true,
    () => false,
  );

/** Ports are published on the engine's loopback, which is this machine's only when the engine is here. */
function refuseFarEngine(host: string): void {
  if (!/^(?:tcp|https?|ssh):\/\//.test(host)) return;
  const { protocol, hostname } = new URL(host);
  if (protocol !== "ssh:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new CouldNotCheck(
    `DOCKER_HOST is ${host}: the check asks the image over the engine's loopback address, so the engine must be on this machine. ` +
      "Run the check there, or name an engine of this machine, e.g. DOCKER_HOST=unix:///var/run/docker.sock",
  );
}
