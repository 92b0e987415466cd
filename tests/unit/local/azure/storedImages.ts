/** Images in the folder of a simulated registry, stored as docker-registry stores them, and a stand-in that serves them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BackendHandler } from "./testAzure.ts";

const registriesOf = (folder: string) => join(folder, "azure", "registries");
const storeOf = (folder: string, registry: string) => join(registriesOf(folder), registry, "images/docker/registry/v2");
const blobIn = (store: string, hex: string) => join(store, "blobs", "sha256", hex.slice(0, 2), hex, "data");

export interface StoreOptions {
  /** Of the environment. */
  folder: string;
  registry: string;
  repository: string;
  tags?: readonly string[];
  /** Days since the push. */
  days?: number;
}

/** Stores a manifest. @returns its digest */
export function storeManifest(
  content: object,
  { folder, registry, repository, tags = [], days = 0 }: StoreOptions,
): string {
  const store = storeOf(folder, registry);
  const text = JSON.stringify(content);
  const hex = createHash("sha256").update(text).digest("hex");
  const manifests = join(store, "repositories", repository, "_manifests");
  const time = new Date(Date.now() - days * 24 * 3_600_000);
  write(blobIn(store, hex), text, time);
  for (const link of [`revisions/sha256/${hex}`, ...tags.map((tag) => `tags/${tag}/current`)])
    write(join(manifests, link, "link"), `sha256:${hex}`, time);
  return `sha256:${hex}`;
}

function write(file: string, text: string, time: Date): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, time, time);
}

/** An image manifest with layers of these sizes in MB, named by them; `name` makes it different from others. */
export const imageOf = (name: string, layers: Readonly<Record<string, number>>, more: object = {}): object => ({
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { digest: digestOf(`config ${name}`), size: 1000 },
  layers: Object.entries(layers).map(([layer, megabytes]) => ({
    digest: digestOf(layer),
    size: megabytes * 1_000_000,
  })),
  ...more,
});

export const indexOf = (...digests: string[]): object => ({
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: digests.map((digest) => ({ digest })),
});

export const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** The digests that a repository has now. */
export function storedDigests(folder: string, registry: string, repository: string): string[] {
  const revisions = join(storeOf(folder, registry), "repositories", repository, "_manifests/revisions/sha256");
  return existsSync(revisions) ? readdirSync(revisions).map((hex) => `sha256:${hex}`) : [];
}

/** Serves stored manifests of all registries, to everybody. @param folder of the environment, once it exists */
export const servedFrom =
  (folder: () => string): BackendHandler =>
  (request, response) => {
    const [, repository = "", hex = ""] =
      /^\/v2\/(.+)\/manifests\/sha256:([0-9a-f]{64})$/.exec(request.url ?? "") ?? [];
    const store = readdirSync(registriesOf(folder()), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => storeOf(folder(), name))
      .find((one) => existsSync(join(one, "repositories", repository, "_manifests/revisions/sha256", hex, "link")));
    if (store === undefined) response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    else response.end(readFileSync(blobIn(store, hex)));
  };
