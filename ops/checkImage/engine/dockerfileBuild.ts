/** Builds a folder's image in the engine, as `docker build` does. */
import { createReadStream, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { pack, type Pack } from "tar-stream";
import { contextEntries } from "@tarmac/components/image/buildContext";
import { CouldNotRun } from "../../couldNotRun.ts";
import { linesOf, type BuildLine } from "./buildLog.ts";
import { credentialsFor } from "./dockerCredentials.ts";
import { dockerfileBases } from "./dockerfileBases.ts";
import type { Report } from "../checkProgress.ts";

export interface BuildInput {
  folder: string;
  dockerfile: string;
  buildArgs: Record<string, string>;
  target?: string;
  platform: string;
}

/** Number of build log lines in an error. */
const shownLines = 20;

/**
 * @param tag name for the new image
 * @returns the bases named in the Dockerfile
 * @throws CouldNotRun with the end of the build log
 */
export async function build(docker: Docker, input: BuildInput, tag: string, report: Report): Promise<string[]> {
  const bases = dockerfileBases(readFileSync(input.dockerfile, "utf8"), input.buildArgs);
  const log: string[] = [];
  try {
    await runBuild(docker, input, tag, bases, "2", log).catch(async (error: Error & { statusCode?: number }) => {
      // The engine rejected the request itself: it has no BuildKit. A failed build is reported in the stream.
      if (error.statusCode === undefined) throw error;
      report("this engine has no BuildKit: building with the classic builder");
      await runBuild(docker, input, tag, bases, "1", log);
    });
  } catch (error) {
    const tail = log.slice(-shownLines).map((line) => `\n  ${line}`);
    throw new CouldNotRun(
      `${input.folder} cannot be built: ${(error as Error).message.trim()}${tail.join("")}\n` +
        "Fix the Dockerfile, or pass its build arguments with --build-arg NAME=VALUE or --stack (on the local environment: --stack local)",
      { cause: error },
    );
  }
  return bases;
}

async function runBuild(
  docker: Docker,
  { folder, dockerfile, buildArgs, target, platform }: BuildInput,
  tag: string,
  bases: readonly string[],
  version: "1" | "2",
  log: string[],
): Promise<void> {
  const { archive, name } = contextArchive(folder, dockerfile);
  const credentials = (await Promise.all(bases.map(credentialsFor))).filter((found) => found !== undefined);
  const stream = await docker.buildImage(Readable.from(archive), {
    t: tag,
    dockerfile: name,
    buildargs: buildArgs,
    platform,
    target,
    version,
    rm: true,
    forcerm: true,
    registryconfig: Object.fromEntries(credentials.map((found) => [found.serveraddress, found])),
    // BuildKit's session returns the same credentials for every registry.
    authconfig: credentials[0],
  });
  let failure: string | undefined;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error === null ? resolve() : reject(error)),
      (line: BuildLine) => {
        failure ??= line.error;
        log.push(...linesOf(line));
      },
    );
  });
  if (failure !== undefined) throw new Error(failure);
}

/** The build context for the engine. An ignored Dockerfile, or one outside the folder, is added. */
function contextArchive(folder: string, dockerfile: string): { archive: Pack; name: string } {
  const files = contextEntries(folder, dockerfile);
  const inside = relative(folder, dockerfile).split(sep).join("/");
  const present = files.includes(inside);
  const name = present ? inside : ".tarmac-check.Dockerfile";
  const archive = pack();
  const write = async () => {
    if (!present) archive.entry({ name }, readFileSync(dockerfile));
    for (const path of files) {
      const source = join(folder, path);
      const stat = lstatSync(source);
      const header = { name: path, mode: stat.mode & 0o7777, mtime: stat.mtime };
      if (stat.isSymbolicLink()) archive.entry({ ...header, type: "symlink", linkname: readlinkSync(source) });
      else if (stat.isDirectory()) archive.entry({ ...header, type: "directory" });
      else if (stat.isFile()) {
        await pipeline(createReadStream(source), archive.entry({ ...header, size: stat.size }));
      }
    }
    archive.finalize();
  };
  write().catch((error: Error) => archive.destroy(error));
  return { archive, name };
}
