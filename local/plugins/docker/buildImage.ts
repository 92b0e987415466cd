/** Builds an image in the engine. Progress is shown in Pulumi's status line, and the end of the build log in the error. */
import { Readable } from "node:stream";

import { pullSource, splitImageReference } from "@tarmac/validate/imageReference";
import type { ResourceLog } from "../rpc/engineLog.ts";
import { BuildLog } from "./buildOutput.ts";
import { openBuildSession } from "./buildSession.ts";
import type { BuildSession } from "./buildSession.ts";
import { contextTar } from "./contextTar.ts";
import { EngineError } from "./engineClient.ts";
import type { Engine } from "./engineClient.ts";
import { engineMessages, failureOf } from "./engineMessages.ts";
import type { ImageSpec } from "./imageInputs.ts";
import { credentialsFor, encodedHeader, registryAuthHeader } from "./registryCredentials.ts";

/** What builds and pushes need. */
export interface BuildContext {
  engine: Engine;
  log: ResourceLog;
  signal: AbortSignal;
  environment: NodeJS.ProcessEnv;
}

function buildQuery(image: ImageSpec, dockerfile: string, session: BuildSession | undefined) {
  return {
    t: image.name,
    dockerfile,
    version: session === undefined ? "1" : "2",
    rm: "1",
    forcerm: "1",
    ...(session === undefined ? {} : { session: session.id }),
    ...(image.target === "" ? {} : { target: image.target }),
    ...(image.platform === "" ? {} : { platform: image.platform }),
    ...(image.network === "" ? {} : { networkmode: image.network }),
    ...(image.addHosts.length === 0 ? {} : { extrahosts: image.addHosts }),
    ...(Object.keys(image.args).length === 0 ? {} : { buildargs: JSON.stringify(image.args) }),
    ...(image.cacheFrom.length === 0 ? {} : { cachefrom: JSON.stringify(image.cacheFrom) }),
  };
}

/** Credentials for pulling base images, in the classic builder's form. */
async function registryConfigHeader(image: ImageSpec, environment: NodeJS.ProcessEnv): Promise<string> {
  const { host } = pullSource(splitImageReference(image.name));
  const credentials = await credentialsFor(image, host, environment);
  return encodedHeader(credentials === undefined ? {} : { [host]: credentials });
}

/** A BuildKit session; `undefined` if the program asks for the classic builder or the engine has no other. */
async function openSession(image: ImageSpec, context: BuildContext): Promise<BuildSession | undefined> {
  if (!image.buildKit) {
    return undefined;
  }
  const { engine, log, signal, environment } = context;
  try {
    return await openBuildSession(engine, (host) => credentialsFor(image, host, environment), signal);
  } catch (error) {
    if (!(error instanceof EngineError)) {
      throw error;
    }
    log.info(`the Docker engine refused BuildKit (${error.message}); using the classic builder`);
    return undefined;
  }
}

/** Pulls the images to use as caches. A failure only makes the build slower. */
async function pullCaches(image: ImageSpec, { engine, log, signal, environment }: BuildContext): Promise<void> {
  for (const name of image.cacheFrom) {
    log.status(`Pulling cached image ${name}`);
    try {
      const reference = splitImageReference(name);
      const { host, repository } = pullSource(reference);
      const response = await engine.send({
        method: "POST",
        path: "/images/create",
        query: { fromImage: `${host}/${repository}`, tag: reference.tag ?? "latest", platform: image.platform },
        headers: { "X-Registry-Auth": await registryAuthHeader(image, environment) },
        signal,
      });
      for await (const message of engineMessages(response, signal)) {
        const failure = failureOf(message);
        if (failure !== undefined) {
          throw new Error(failure);
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      log.info(`cacheFrom: cannot pull ${name}: ${(error as Error).message}`);
    }
  }
}

/**
 * Builds the image and tags it in the engine.
 *
 * @returns the image's id (`sha256:...`)
 * @throws Error with the last lines of the log when the build fails
 */
export async function buildImage(image: ImageSpec, context: BuildContext): Promise<string> {
  const { engine, log, signal, environment } = context;
  await pullCaches(image, context);
  log.status("Starting Docker build");
  const session = await openSession(image, context);
  const said = new BuildLog(log);
  let id = "";
  try {
    const { archive, dockerfile } = contextTar(image.context, image.dockerfile);
    const response = await engine.send({
      method: "POST",
      path: "/build",
      query: buildQuery(image, dockerfile, session),
      headers: {
        "Content-Type": "application/x-tar",
        "X-Registry-Config": await registryConfigHeader(image, environment),
      },
      body: Readable.from(archive),
      signal,
    });
    for await (const message of engineMessages(response, signal)) {
      const failure = failureOf(message);
      if (failure !== undefined) {
        throw new Error([`the image ${image.name} could not be built: ${failure}`, ...said.tail].join("\n  "));
      }
      id = (message.aux as { ID?: string } | undefined)?.ID ?? id;
      said.take(message);
    }
  } finally {
    session?.close();
  }
  if (id === "") {
    throw new Error([`the engine did not return the id of the image ${image.name}`, ...said.tail].join("\n  "));
  }
  return id;
}
