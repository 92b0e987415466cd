/**
 * What a change does to the size of the image: that of the base and that of the change are built here, and nothing is pushed.
 * A preview builds none, and the registry has only what ran before.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type Docker from "dockerode";
import type { Settings } from "@tarmac/settings/everySetting";
import { build } from "../checkImage/engine/dockerfileBuild.ts";
import { connect } from "../checkImage/engine/connect.ts";
import { readImage } from "../checkImage/image/archive.ts";
import { stackSettings } from "../stackFiles/settingsFromFile.ts";
import { ownStack } from "../stackEnvironment.ts";
import type { ImageSize } from "./reportFormat.ts";
import { git } from "./touched.ts";

const run = promisify(execFile);

/**
 * @param folder of the project
 * @param stack whose build settings are used, unless this process has the environment of another: its engine has that one's bases
 * @param base commit to compare with
 */
export async function imageSize(folder: string, stack: string, base: string): Promise<ImageSize> {
  const result: ImageSize = {};
  const old = mkdtempSync(join(tmpdir(), "tarmac-base-"));
  try {
    const docker = await connect();
    const settings = stackSettings(folder, ownStack() ?? stack);
    result.after = await sizeOf(docker, folder, settings);
    const archive = join(old, "base.tar");
    await git(folder, "archive", "--format=tar", `--output=${archive}`, base);
    await run("tar", ["--extract", "--file", archive, "--directory", old]);
    rmSync(archive);
    // An app that is new has nothing to be compared with.
    if (existsSync(join(old, settings.context))) result.before = await sizeOf(docker, old, settings);
  } catch (error) {
    result.problem = (error as Error).message;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
  return result;
}

/** Bytes that a node pulls, about. */
async function sizeOf(docker: Docker, folder: string, settings: Settings): Promise<number> {
  const tag = `tarmac-preview:${randomUUID().slice(0, 12)}`;
  const context = join(folder, settings.context);
  const input = {
    folder: context,
    dockerfile: settings.dockerfile === undefined ? join(context, "Dockerfile") : join(folder, settings.dockerfile),
    buildArgs: { ...settings.buildArgs },
    ...(settings.buildTarget === undefined ? {} : { target: settings.buildTarget }),
    platform: "linux/amd64",
  };
  await build(docker, input, tag, () => undefined);
  try {
    return (await readImage((await docker.getImage(tag).get()) as Readable)).compressedBytes;
  } finally {
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  }
}
