/**
 * The stand-in for the official `node:24-slim` image. A machine that reaches only package registries cannot pull images, so an image of the
 * same shape is built from npm's `node` package, this machine's libraries and shells, busybox, and the npm registry's npm, Corepack and
 * Yarn. The Dockerfile of the service uses it as its base. Its labels say what it is; nothing built from it should be published.
 *
 * The official image: https://github.com/nodejs/docker-node/blob/main/24/trixie-slim/Dockerfile
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../progress.ts";
import { checkoutFolder, ports, stateFolder } from "../layout.ts";
import { findSources, sourceContents, writeBaseImageFiles, type BaseImageSources } from "./baseImageFiles.ts";
import { packagesDigest, writePackages, yarnVersion } from "./baseImagePackages.ts";
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

/** The value of the build argument `NODE_IMAGE`: `localhost:<port>/node:<version>-trixie-slim`. */
export function baseImage(): string {
  return `localhost:${ports.baseRegistry}/${repository}:${tag()}`;
}

/** The Dockerfile of the stand-in, over a folder `files`. */
export function baseImageDockerfile(key: string): string {
  const version = nodeVersion();
  return `FROM scratch
COPY files/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_VERSION=${version} YARN_VERSION=${yarnVersion}
WORKDIR /
RUN ["chown", "1000:1000", "/home/node"]
LABEL org.opencontainers.image.title="Stand-in for node:${tag()}" \\
      org.opencontainers.image.description="Local stand-in made by tarmac from npm packages, Debian's libraries and shells, and busybox; not the official image, not for publishing" \\
      dev.tarmac.stand-in="true" \\
      ${keyLabel}="${key}"
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
`;
}

function keyOf(sources: BaseImageSources): string {
  const hash = createHash("sha256").update(baseImageDockerfile("") + packagesDigest);
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
    await writePackages(files);
    writeFileSync(join(context, "Dockerfile"), baseImageDockerfile(key));
    await docker("build", "--quiet", "--network=none", "--tag", baseImage(), context);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/**
 * Builds the stand-in and pushes it to the registry of base images, unless the Docker engine and the registry have it and its sources are
 * unchanged. The first time takes about 10 s.
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
