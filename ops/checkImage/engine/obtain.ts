/** Gets the image that is to be checked into the engine: it is there, or it is pulled. */
import type Docker from "dockerode";
import { CouldNotRun } from "../../couldNotRun.ts";
import { credentialsFor } from "./dockerCredentials.ts";
import type { Report } from "../checkProgress.ts";

/** @throws CouldNotRun when it is neither there nor can be pulled */
export async function obtain(docker: Docker, reference: string, report: Report): Promise<void> {
  if (await isThere(docker, reference)) return;
  report(`pulling ${reference}`);
  try {
    const stream = await docker.pull(withTag(reference), { authconfig: await credentialsFor(reference) });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (error) {
    throw new CouldNotRun(
      `${reference} is not in the engine and cannot be pulled: ${(error as Error).message.trim()}. ` +
        "Check its name, sign in (az acr login --name REGISTRY, docker login HOST), or give a folder with a Dockerfile",
      { cause: error },
    );
  }
}

async function isThere(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw new CouldNotRun(`the Docker engine cannot say what "${reference}" is: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Without a tag the engine would pull every tag there is. */
const withTag = (reference: string) => (/:[^/]+$|@/.test(reference) ? reference : `${reference}:latest`);
