/**
 * Collects every image that a text names: states, tags and objects of a cluster, as JSON. It looks at the whole text, so an
 * image counts wherever it is named: in an init container, an output, or a property that this program does not know.
 */
import type { RepositoryManifest } from "./retention.ts";

const digestPattern = /sha256:[0-9a-f]{64}/g;

export class ImageMentions {
  readonly #loginServer: string;
  /** Where a digest was first named. */
  readonly #digests = new Map<string, string>();
  /** Where a tag was first named without a digest, by `REPOSITORY:TAG`. */
  readonly #tags = new Map<string, string>();

  constructor(loginServer: string) {
    this.#loginServer = loginServer;
  }

  /** @param where for people, e.g. "the stack dev" */
  add(text: string, where: string): void {
    for (const [digest] of text.matchAll(digestPattern))
      if (!this.#digests.has(digest)) this.#digests.set(digest, where);
    const host = this.#loginServer.replaceAll(/[.\\]/g, "\\$&");
    const pattern = new RegExp(`${host}/([a-z0-9._/-]+)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@sha256:)?`, "g");
    for (const [, repository = "", tag = "latest", digest] of text.matchAll(pattern)) {
      const name = `${repository}:${tag}`;
      // Nodes pull by the digest, wherever the tag points today.
      if (digest === undefined && !this.#tags.has(name)) this.#tags.set(name, where);
    }
  }

  /** Where a manifest is named; `undefined` if nothing names it. */
  of(repository: string, { digest, tags }: Pick<RepositoryManifest, "digest" | "tags">): string | undefined {
    return this.#digests.get(digest) ?? tags.flatMap((tag) => this.#tags.get(`${repository}:${tag}`) ?? [])[0];
  }
}
