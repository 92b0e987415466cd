/**
 * What ACR knows about manifests and Docker's protocol does not tell: every manifest of a repository with its times, size and tags, and the attributes
 * that lock it. Read from the files of a docker-registry; the attributes are in a file of their own next to its links.
 *
 * https://learn.microsoft.com/rest/api/containerregistry/manifests
 * https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Of a repository, a manifest or a tag. Whoever turns one off keeps everybody from that operation. */
export interface ChangeableAttributes {
  deleteEnabled: boolean;
  writeEnabled: boolean;
  readEnabled: boolean;
  listEnabled: boolean;
}

export interface StoredManifest {
  digest: string;
  /** ISO 8601. */
  createdTime: string;
  mediaType: string;
  /** Bytes of the manifest and what it refers to. */
  imageSize: number;
  tags: string[];
  changeableAttributes: ChangeableAttributes;
  /** Digest of the manifest that this one is about, e.g. as its signature. */
  subject: string | undefined;
}

export interface StoredTag {
  name: string;
  digest: string;
  createdTime: string;
  changeableAttributes: ChangeableAttributes;
}

interface Content {
  mediaType?: string;
  artifactType?: string;
  config?: { size?: number; mediaType?: string };
  layers?: { size?: number }[];
  subject?: { digest?: string };
  annotations?: Record<string, string>;
}

/** A manifest about another one, as the referrers API lists it. */
export interface ListedReferrer {
  mediaType: string;
  digest: string;
  size: number;
  artifactType: string | undefined;
  annotations: Record<string, string> | undefined;
}

const unlocked: ChangeableAttributes = {
  deleteEnabled: true,
  writeEnabled: true,
  readEnabled: true,
  listEnabled: true,
};

/** A repository among the files of a docker-registry. */
export class StoredRepository {
  readonly #store: string;
  readonly #manifests: string;

  /** @param images folder of a docker-registry's images */
  constructor(images: string, name: string) {
    this.#store = join(images, "docker", "registry", "v2");
    this.#manifests = join(this.#store, "repositories", name, "_manifests");
  }

  exists(): boolean {
    return existsSync(this.#manifests);
  }

  attributes(): ChangeableAttributes {
    return readAttributes(this.#manifests);
  }

  /** Sorted by digest. */
  manifests(): StoredManifest[] {
    const tags = this.tags();
    return namesIn(this.#revisions()).flatMap((hex): StoredManifest[] => {
      const link = join(this.#revisions(), hex, "link");
      // A deleted manifest leaves its folder behind.
      if (!existsSync(link)) return [];
      const digest = `sha256:${hex}`;
      const text = this.#blob(hex);
      const { mediaType = "", config, layers = [], subject } = JSON.parse(text) as Content;
      return [
        {
          digest,
          createdTime: statSync(link).mtime.toISOString(),
          mediaType,
          imageSize: [config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), Buffer.byteLength(text)),
          tags: tags.filter((tag) => tag.digest === digest).map(({ name }) => name),
          changeableAttributes: readAttributes(join(this.#revisions(), hex)),
          subject: subject?.digest,
        },
      ];
    });
  }

  /** Sorted by name. */
  tags(): StoredTag[] {
    const folder = join(this.#manifests, "tags");
    return namesIn(folder).flatMap((name): StoredTag[] => {
      const link = join(folder, name, "current", "link");
      if (!existsSync(link)) return [];
      return [
        {
          name,
          digest: readFileSync(link, "utf8"),
          createdTime: statSync(link).mtime.toISOString(),
          changeableAttributes: readAttributes(join(folder, name)),
        },
      ];
    });
  }

  /** Whether ACR refuses to delete a manifest: a lock of its own, of a tag of it, or of its repository. */
  isLocked(digest: string): boolean {
    const manifest = this.manifests().find((one) => one.digest === digest);
    const tags = this.tags().filter((tag) => tag.digest === digest);
    return [this.attributes(), manifest?.changeableAttributes, ...tags.map((tag) => tag.changeableAttributes)].some(
      (one) => one !== undefined && !(one.deleteEnabled && one.writeEnabled),
    );
  }

  /** Digests of the manifests that are about this one, and of those that are about them. */
  referrers(digest: string): string[] {
    return this.manifests().flatMap((one) =>
      one.subject === digest && one.digest !== digest ? [one.digest, ...this.referrers(one.digest)] : [],
    );
  }

  /** The manifests that are directly about this one, which itself need not exist. */
  about(digest: string): ListedReferrer[] {
    return this.manifests()
      .filter((one) => one.subject === digest)
      .map((one) => {
        const text = this.#blob(one.digest.slice("sha256:".length));
        const { artifactType, config, annotations } = JSON.parse(text) as Content;
        return {
          ...{ mediaType: one.mediaType, digest: one.digest, size: Buffer.byteLength(text) },
          // An image manifest without the field is what its configuration is.
          ...{ artifactType: artifactType ?? config?.mediaType, annotations },
        };
      });
  }

  /** Deletes a manifest and its tags, as docker-registry does. Its layers stay. */
  deleteManifest(digest: string): void {
    for (const { name } of this.tags().filter((tag) => tag.digest === digest))
      rmSync(join(this.#manifests, "tags", name), { recursive: true });
    rmSync(join(this.#revisions(), digest.slice("sha256:".length)), { recursive: true, force: true });
  }

  /**
   * Changes attributes.
   * @param of digest or tag; none: the repository
   * @returns `undefined` if the repository has no such manifest or tag
   */
  change(changes: Partial<ChangeableAttributes>, of?: string): ChangeableAttributes | undefined {
    const known = [...this.manifests().map(({ digest }) => digest), ...this.tags().map(({ name }) => name)];
    if (!this.exists() || (of !== undefined && !known.includes(of))) return undefined;
    const folder =
      of === undefined
        ? this.#manifests
        : of.startsWith("sha256:")
          ? join(this.#revisions(), of.slice("sha256:".length))
          : join(this.#manifests, "tags", of);
    const changed = { ...readAttributes(folder), ...changes };
    writeFileSync(attributesIn(folder), JSON.stringify(changed));
    return changed;
  }

  #revisions(): string {
    return join(this.#manifests, "revisions", "sha256");
  }

  #blob(hex: string): string {
    return readFileSync(join(this.#store, "blobs", "sha256", hex.slice(0, 2), hex, "data"), "utf8");
  }
}

const attributesIn = (folder: string) => join(folder, "attributes.json");

function readAttributes(folder: string): ChangeableAttributes {
  const file = attributesIn(folder);
  if (!existsSync(file)) return unlocked;
  return { ...unlocked, ...(JSON.parse(readFileSync(file, "utf8")) as Partial<ChangeableAttributes>) };
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
