/** Runs the docker command on this environment's engine. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram, run } from "../host/command.ts";
import { sockets, stateFolder } from "../layout.ts";

/**
 * Runs the docker command and returns its output. Its configuration folder is separate from the user's, whose sign-ins and plugins
 * do not apply. Images are built without BuildKit, which every version of the command supports.
 */
export async function docker(...args: string[]): Promise<string> {
  const config = join(stateFolder, "engine", "docker-config");
  mkdirSync(config, { recursive: true });
  return run(findProgram("docker", "docker.io"), args, {
    env: { DOCKER_HOST: `unix://${sockets.docker}`, DOCKER_CONFIG: config, DOCKER_BUILDKIT: "0" },
    timeoutSeconds: 300,
  });
}

/** The value of a label of a local image; undefined when the image or the label is missing. */
export async function imageLabel(image: string, label: string): Promise<string | undefined> {
  const format = `{{index .RepoTags 0}} {{index .Config.Labels "${label}"}}`;
  const line = await docker("image", "inspect", "--format", format, image).catch(() => "");
  return line.trim().split(" ")[1];
}
