/**
 * The stand-in for the public `node` image. No image can be pulled on a machine that reaches only package registries,
 * so one of the same shape is made from npm's own `node` package, Debian's libraries and busybox, and takes the place
 * of the real one as the Dockerfile's base. Its labels say what it is; nothing built from it should be published.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../progress.ts";
import { checkoutFolder, ports, stateFolder } from "../settings.ts";
import { findSources, sourceContents, writeBaseImageFiles, type BaseImageSources } from "./baseImageFiles.ts";
import { holdsImage } from "./baseRegistry.ts";
import { docker, imageLabel } from "./docker.ts";

const repository = "node";
const keyLabel = "dev.tarmac.stand-in.key";
const nodePackage = join(checkoutFolder, "node_modules", "node");

/** Version of the node package of this checkout, such as 24.21.0. */
export function nodeVersion(): string {
  const text = readFileSync(join(nodePackage, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function tag(): string {
  return `${nodeVersion()}-trixie-slim`;
}

/** What the Dockerfile's base argument is set to: `localhost:<port>/node:<version>-trixie-slim`. */
export function baseImage(): string {
  return `localhost:${ports.baseRegistry}/${repository}:${tag()}`;
}

/** The Dockerfile of the stand-in, over a folder `files`. */
export function baseImageDockerfile(key: string): string {
  const version = nodeVersion();
  return `FROM scratch
COPY files/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_VERSION=${version}
LABEL org.opencontainers.image.title="Stand-in for node:${tag()}" \\
      org.opencontainers.image.description="Local stand-in made by tarmac from npm's node package, Debian's libraries and busybox; not the official image, not for publishing" \\
      dev.tarmac.stand-in="true" \\
      ${keyLabel}="${key}"
CMD ["node"]
`;
}

function keyOf(sources: BaseImageSources): string {
  const hash = createHash("sha256").update(baseImageDockerfile(""));
  for (const content of sourceContents(sources)) hash.update(content);
  return hash.digest("hex");
}

async function build(key: string, sources: BaseImageSources): Promise<void> {
  const context = join(stateFolder, "engine", "base-image");
  rmSync(context, { recursive: true, force: true }); // Of a run that was interrupted.
  try {
    const files = join(context, "files");
    mkdirSync(files, { recursive: true });
    await writeBaseImageFiles(files, sources);
    writeFileSync(join(context, "Dockerfile"), baseImageDockerfile(key));
    await docker("build", "--quiet", "--network=none", "--tag", baseImage(), context);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/**
 * Makes sure that the stand-in is known to the Docker engine and stands in the registry of base images. Some 10 s the
 * first time; nothing when both have it and nothing it is made of has changed.
 */
export async function ensureBaseImage(report: Report): Promise<void> {
  const sources = await findSources(join(nodePackage, "bin", "node"));
  const key = keyOf(sources);
  const built = (await imageLabel(baseImage(), keyLabel)) === key;
  if (!built) {
    report(`building the stand-in for node:${tag()}`);
    await build(key, sources);
  }
  if (built && (await holdsImage(repository, tag()))) return;
  report(`pushing ${baseImage()}`);
  await docker("push", "--quiet", baseImage());
}
