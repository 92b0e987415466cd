/** Copies an image from one docker-registry's files to another's, with everything that its manifest refers to. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** An image among the files of a docker-registry. */
export interface StoredImage {
  /** Folder of the images. */
  images: string;
  repository: string;
}

interface Manifest {
  config?: { digest: string };
  layers?: { digest: string }[];
  /** For an index: one manifest per platform. */
  manifests?: { digest: string }[];
}

const storeOf = (images: string) => join(images, "docker", "registry", "v2");
const hexOf = (digest: string) => digest.replace(/^sha256:/, "");
const blobFile = (images: string, digest: string) =>
  join(storeOf(images), "blobs", "sha256", hexOf(digest).slice(0, 2), hexOf(digest), "data");
const inRepository = ({ images, repository }: StoredImage, ...path: string[]) =>
  join(storeOf(images), "repositories", repository, ...path);
const manifestLink = (image: StoredImage, digest: string) =>
  inRepository(image, "_manifests", "revisions", "sha256", hexOf(digest), "link");

/** @param reference a tag or a digest @returns its digest; `undefined` if the repository does not have it */
export function findManifest(image: StoredImage, reference: string): string | undefined {
  const isDigest = /^sha256:[0-9a-f]{64}$/.test(reference);
  const link = isDigest
    ? manifestLink(image, reference)
    : inRepository(image, "_manifests", "tags", reference, "current", "link");
  return existsSync(link) ? readFileSync(link, "utf8") : undefined;
}

/** @param digest of a manifest that the repository `from` has */
export function copyImage(from: StoredImage, to: StoredImage, digest: string): void {
  const {
    config,
    layers = [],
    manifests = [],
  } = JSON.parse(readFileSync(blobFile(from.images, digest), "utf8")) as Manifest;
  for (const one of manifests) copyImage(from, to, one.digest);
  for (const blob of [...(config === undefined ? [] : [config]), ...layers]) {
    copyBlob(from, to, blob.digest);
    write(inRepository(to, "_layers", "sha256", hexOf(blob.digest), "link"), blob.digest);
  }
  copyBlob(from, to, digest);
  write(manifestLink(to, digest), digest);
}

export function setTag(image: StoredImage, tag: string, digest: string): void {
  const folder = inRepository(image, "_manifests", "tags", tag);
  write(join(folder, "index", "sha256", hexOf(digest), "link"), digest);
  write(join(folder, "current", "link"), digest);
}

function copyBlob(from: StoredImage, to: StoredImage, digest: string): void {
  const target = blobFile(to.images, digest);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(blobFile(from.images, digest), target);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
