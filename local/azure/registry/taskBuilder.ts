/** The builder of the images that runs of registries ask for: a Docker engine takes the place of ACR's build machines. */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { buildImage, type BuildContext } from "../../plugins/docker/buildImage.ts";
import { engineAddresses, firstAnswering } from "../../plugins/docker/engineClient.ts";
import type { ImageSpec } from "../../plugins/docker/imageInputs.ts";
import { pushImage } from "../../plugins/docker/pushImage.ts";
import type { RunBuild } from "./taskFile.ts";

/** What to build, and how to sign in to the registry of the run. */
export interface TaskBuild extends RunBuild {
  /** Folder with the build context. */
  context: string;
  registry: { server: string; username: string; password: string };
}

/**
 * Builds an image and pushes it under the names in `push`.
 * @param say gets the lines of the log
 * @returns the digest of each name
 * @throws Error when the image cannot be built or pushed
 */
export type TaskBuilder = (
  build: TaskBuild,
  say: (line: string) => void,
  signal: AbortSignal,
) => Promise<Record<string, string>>;

/** @param environment has the address of the engine (DOCKER_HOST) */
export function engineBuilder(environment: NodeJS.ProcessEnv): TaskBuilder {
  return async (build, say, signal) => {
    const engine = await firstAnswering(engineAddresses({}, environment));
    if (engine === undefined) throw new Error("no Docker engine of the local environment answers: run npm start");
    const context: BuildContext = { engine, log: { info: say, warn: say, status: say }, signal, environment };
    const [name = ""] = build.names;
    const image: ImageSpec = {
      ...{ name, context: build.context, dockerfile: build.dockerfile, args: build.args, target: build.target },
      ...{ platform: build.platform, cacheFrom: build.cacheFrom, buildKit: build.buildKit, registry: build.registry },
      ...{ network: "", addHosts: [], skipPush: false },
    };
    await buildImage(image, context);
    const digests: Record<string, string> = {};
    for (const pushed of build.push) {
      const { host = "", path, tag = "latest" } = splitImageReference(pushed);
      const query = { repo: `${host}/${path}`, tag };
      (await engine.send({ method: "POST", path: `/images/${name}/tag`, query, signal })).resume();
      digests[pushed] = splitImageReference(await pushImage({ ...image, name: pushed }, context)).digest ?? "";
    }
    return digests;
  };
}
