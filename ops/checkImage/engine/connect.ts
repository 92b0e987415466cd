/** The Docker engine to use: the one in DOCKER_HOST, else the local one. */
import type Docker from "dockerode";
import { CouldNotRun } from "../../couldNotRun.ts";

/** @throws CouldNotRun if no engine answers, if it is on another machine, or if its client is not installed */
export async function connect(
  environment: NodeJS.ProcessEnv = process.env,
  load = () => import("dockerode"),
): Promise<Docker> {
  const host = environment.DOCKER_HOST ?? "";
  refuseFarEngine(host);
  const Client = await engineClient(load);
  try {
    const docker = host.startsWith("unix://") ? new Client({ socketPath: host.slice("unix://".length) }) : new Client();
    await docker.ping();
    return docker;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CouldNotRun(
      `no Docker engine answers at ${host === "" ? "its usual socket" : host} (${code ?? message}). ` +
        "Start Docker, or set DOCKER_HOST to an engine on this machine, e.g. unix:///var/run/docker.sock",
      { cause: error },
    );
  }
}

/**
 * The client is an optional dependency: a job that only deploys needs no engine and may omit it (`npm ci
 * --omit=optional`).
 */
async function engineClient(load: () => Promise<{ default: typeof Docker }>): Promise<typeof Docker> {
  try {
    return (await load()).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CouldNotRun(
      "the package dockerode, which talks to the Docker engine, is not installed: it is an optional dependency of @tarmac/ops. " +
        "Install it with `npm install --include=optional`",
      { cause: error },
    );
  }
}

/** Ports are published on the engine's loopback address, which is this machine's only if the engine is local. */
function refuseFarEngine(host: string): void {
  if (!/^(?:tcp|https?|ssh):\/\//.test(host)) return;
  const { protocol, hostname } = new URL(host);
  if (protocol !== "ssh:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new CouldNotRun(
    `DOCKER_HOST is ${host}: the check asks the image over the engine's loopback address, so the engine must be on this machine. ` +
      "Run the check there, or name an engine of this machine, e.g. DOCKER_HOST=unix:///var/run/docker.sock",
  );
}
