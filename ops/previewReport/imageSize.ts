/**
 * How a change affects the image size: builds the images of the base and of the change here, and pushes nothing. A
 * preview builds no image, and the registry only has earlier ones.
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
 * @param stack whose build settings are used, unless this process has another stack's environment: its engine has that
 * stack's base images
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
    // A new app has nothing to compare with.
    if (existsSync(join(old, settings.context))) result.before = await sizeOf(docker, old, settings);
  } catch (error) {
    result.problem = (error as Error).message;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
  return result;
}

/** Approximate number of bytes that a node pulls. */
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
