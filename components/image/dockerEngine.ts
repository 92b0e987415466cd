/**
 * Lets Pulumi work without a Docker engine. The docker provider pings the engine before it does anything, also for a preview, a
 * refresh, or an image that did not change, unless it reaches the engine over SSH: then it connects only to build.
 * https://github.com/pulumi/pulumi-docker/blob/v5.1.0/provider/image.go (configureDockerClient)
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";

/** An address over SSH that leads nowhere. Its name explains the error of a build. */
export const noDockerEngine = "ssh://no-docker-engine-on-this-machine";

/**
 * Returns whether a Docker engine can be on this machine: whether one of the sockets exists that the docker provider tries. An address
 * of another kind counts as an engine.
 */
export function hasDockerEngine(env: NodeJS.ProcessEnv = process.env): boolean {
  const given = env.DOCKER_HOST ?? "";
  if (given !== "") return !given.startsWith("unix://") || existsSync(given.slice("unix://".length));
  const home = env.HOME ?? homedir();
  const sockets = ["/var/run/docker.sock", `${home}/.docker/run/docker.sock`, `${home}/.docker/desktop/docker.sock`];
  return process.platform === "win32" || sockets.some((path) => existsSync(path));
}

/** Returns the variables with which Pulumi works on this machine: DOCKER_HOST, if there is no engine. */
export const dockerEngineVariables = (env: NodeJS.ProcessEnv): { DOCKER_HOST?: string } =>
  hasDockerEngine(env) ? {} : { DOCKER_HOST: noDockerEngine };
