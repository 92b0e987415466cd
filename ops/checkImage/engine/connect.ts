/** The Docker engine to work with: the one that DOCKER_HOST names, else the machine's own. */
import Docker from "dockerode";
import { CouldNotRun } from "../../couldNotRun.ts";

/** @throws CouldNotRun when no engine answers, or when it is on another machine */
export async function connect(environment: NodeJS.ProcessEnv = process.env): Promise<Docker> {
  const host = environment.DOCKER_HOST ?? "";
  refuseFarEngine(host);
  try {
    const docker = host.startsWith("unix://") ? new Docker({ socketPath: host.slice("unix://".length) }) : new Docker();
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

/** Ports are published on the engine's loopback, which is this machine's only when the engine is here. */
function refuseFarEngine(host: string): void {
  if (!/^(?:tcp|https?|ssh):\/\//.test(host)) return;
  const { protocol, hostname } = new URL(host);
  if (protocol !== "ssh:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new CouldNotRun(
    `DOCKER_HOST is ${host}: the check asks the image over the engine's loopback address, so the engine must be on this machine. ` +
      "Run the check there, or name an engine of this machine, e.g. DOCKER_HOST=unix:///var/run/docker.sock",
  );
}
