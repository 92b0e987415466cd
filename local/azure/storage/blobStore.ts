/** The blobs of the simulated storage accounts: one file each, in a folder per container. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Blob {
  name: string;
  content: Buffer;
  /** Follows from the content. */
  etag: string;
}

export class BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param container resource id */
  put(container: string, name: string, content: Buffer): Blob {
    mkdirSync(this.#place(container), { recursive: true, mode: 0o700 });
    writeFileSync(this.#file(container, name), content, { mode: 0o600 });
    return { name, content, etag: etagOf(content) };
  }

  get(container: string, name: string): Blob | undefined {
    const file = this.#file(container, name);
    if (!existsSync(file)) return undefined;
    const content = readFileSync(file);
    return { name, content, etag: etagOf(content) };
  }

  /** @returns whether there was one */
  delete(container: string, name: string): boolean {
    const found = existsSync(this.#file(container, name));
    rmSync(this.#file(container, name), { force: true });
    return found;
  }

  /** In the order of their names. */
  list(container: string): Blob[] {
    const folder = this.#place(container);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).map((file) => decodeURIComponent(file));
    return names.sort().flatMap((name) => this.get(container, name) ?? []);
  }

  deleteContainer(container: string): void {
    rmSync(this.#place(container), { recursive: true, force: true });
  }

  #place(container: string): string {
    return join(this.#folder, createHash("sha256").update(container.toLowerCase()).digest("hex").slice(0, 32));
  }

  #file(container: string, name: string): string {
    // "." and ".." are no names of files.
    return join(this.#place(container), encodeURIComponent(name).replaceAll(".", "%2E"));
  }
}

const etagOf = (content: Buffer) =>
  `"0x${createHash("sha256").update(content).digest("hex").slice(0, 15).toUpperCase()}"`;
