/**
 * The blobs of the simulated storage accounts: a folder per container, and in it a folder per blob with a record and a file per version.
 * Which versions are kept follows from the account's settings, as in Azure.
 * https://learn.microsoft.com/azure/storage/blobs/versioning-overview
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The headers and metadata that a client sets on a blob. Header names without `x-ms-blob-`, such as `content-type`. */
export interface BlobHeaders {
  headers: Record<string, string>;
  /** By name, without `x-ms-meta-`. */
  metadata: Record<string, string>;
}

/** One version of a blob: the current one, a previous one, or a deleted one. */
export interface BlobVersion extends BlobHeaders {
  /** Time of the write with seven decimals: the version id. */
  id: string;
  etag: string;
  /** Time of the blob's first write, ISO 8601. */
  createdAt: string;
  length: number;
  /** Base64. */
  md5: string;
  /** Deleted, and kept until its retention ends. */
  deleted?: true;
}

/** A blob with its versions, oldest first. */
export interface BlobRecord {
  name: string;
  versions: BlobVersion[];
  /** Id of the current version; none after a deletion. */
  current?: string;
}

/** The retention settings of the account. */
export interface Retention {
  versioning: boolean;
  /** Deleted blobs, or versions of blobs, can be restored. */
  softDelete: boolean;
}

export class BlobStore {
  readonly #folder: string;
  #lastId = "";

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param container resource id */
  find(container: string, name: string): BlobRecord | undefined {
    const file = join(this.#blob(container, name), "blob.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BlobRecord) : undefined;
  }

  /** All blobs that have any version, in the order of their names. */
  list(container: string): BlobRecord[] {
    const folder = this.#container(container);
    if (!existsSync(folder)) return [];
    return (
      readdirSync(folder)
        .map((entry) => join(folder, entry, "blob.json"))
        // The first write of a blob may have been killed before its record existed.
        .filter((file) => existsSync(file))
        .map((file) => JSON.parse(readFileSync(file, "utf8")) as BlobRecord)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    );
  }

  content(container: string, name: string, version: BlobVersion): Buffer {
    return readFileSync(join(this.#blob(container, name), fileOf(version)));
  }

  /** Writes a blob: its new version is the current one. */
  put(
    container: string,
    name: string,
    content: Buffer,
    { headers, metadata }: BlobHeaders,
    retention: Retention,
  ): BlobVersion {
    const record = this.find(container, name) ?? { name, versions: [] };
    const before = currentOf(record);
    const id = this.#nextId();
    const version: BlobVersion = {
      ...{ id, headers, metadata, length: content.length },
      etag: `"0x8D${randomBytes(7).toString("hex").toUpperCase().slice(0, 13)}"`,
      createdAt: before?.createdAt ?? id,
      md5: createHash("md5").update(content).digest("base64"),
    };
    const folder = this.#blob(container, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, fileOf(version)), content, { mode: 0o600 });
    const kept = retention.versioning ? record.versions : record.versions.filter(({ id }) => id !== before?.id);
    this.#save(container, { name, versions: [...kept, version], current: id });
    return version;
  }

  /** Deletes the current version. With versioning it becomes a previous one. */
  delete(container: string, record: BlobRecord, retention: Retention): void {
    const versions = retention.versioning
      ? record.versions
      : without(record.versions, record.current ?? "", retention.softDelete);
    this.#save(container, { name: record.name, versions });
  }

  /** Deletes a previous version. */
  deleteVersion(container: string, record: BlobRecord, id: string, retention: Retention): void {
    this.#save(container, { ...record, versions: without(record.versions, id, retention.softDelete) });
  }

  /**
   * Restores soft-deleted versions as previous versions or, without versioning, the soft-deleted blob.
   * https://learn.microsoft.com/rest/api/storageservices/undelete-blob
   */
  undelete(container: string, record: BlobRecord, { versioning }: Retention): void {
    const versions = record.versions.map(({ deleted: _, ...version }) => version);
    const last = versions.at(-1)?.id;
    const current = record.current ?? (versioning ? undefined : last);
    this.#save(container, { name: record.name, versions, ...(current !== undefined && { current }) });
  }

  deleteContainer(container: string): void {
    rmSync(this.#container(container), { recursive: true, force: true });
  }

  /** Keeps the blobs of a deleted container for a restore. @param version of the deletion */
  setAside(container: string, version: string): void {
    const folder = this.#container(container);
    if (existsSync(folder)) renameSync(folder, this.#container(aside(container, version)));
  }

  takeBack(container: string, version: string): void {
    const folder = this.#container(aside(container, version));
    if (existsSync(folder)) renameSync(folder, this.#container(container));
  }

  /** Deletes the kept blobs of a deleted container. */
  forgetAside(container: string, version: string): void {
    this.deleteContainer(aside(container, version));
  }

  /** A unique time, which is also a version id. */
  #nextId(): string {
    const next = `${new Date().toISOString().slice(0, -1)}0000Z`;
    this.#lastId =
      next > this.#lastId
        ? next
        : this.#lastId.replace(/(\d{4})Z$/, (_, ticks: string) => `${String(Number(ticks) + 1).padStart(4, "0")}Z`);
    return this.#lastId;
  }

  #save(container: string, record: BlobRecord): void {
    const folder = this.#blob(container, record.name);
    if (record.versions.length === 0) return rmSync(folder, { recursive: true, force: true });
    const kept = new Set([...record.versions.map(fileOf), "blob.json"]);
    const file = join(folder, "blob.json");
    writeFileSync(`${file}.tmp`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
    for (const other of readdirSync(folder)) if (!kept.has(other)) rmSync(join(folder, other));
  }

  #container(container: string): string {
    return join(this.#folder, hash(container.toLowerCase()));
  }

  #blob(container: string, name: string): string {
    return join(this.#container(container), hash(name));
  }
}

/** The version that a request without a version id means. */
export const currentOf = ({ versions, current }: BlobRecord): BlobVersion | undefined =>
  versions.find(({ id }) => id === current);

const without = (versions: readonly BlobVersion[], id: string, softly: boolean): BlobVersion[] =>
  softly
    ? versions.map((version) => (version.id === id ? { ...version, deleted: true } : version))
    : versions.filter((version) => version.id !== id);

const aside = (container: string, version: string) => `${container}/deleted/${version}`;
const fileOf = ({ id }: BlobVersion) => hash(id);
const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 40);
