/**
 * Reads, tags and deletes manifests of an Azure registry. Azure lists every manifest of a repository, those without a tag and
 * those that refer to another one too, so this needs no list of referrers.
 *
 * https://learn.microsoft.com/rest/api/containerregistry/manifests
 */
import { setTimeout as sleep } from "node:timers/promises";
import { accessToken, refusalOf } from "../azure/registryAccess.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { manifestTypes } from "../doctor/registry/registryClient.ts";
import type { RepositoryManifest } from "./retention.ts";

/** A token is valid for 75 minutes: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md */
const tokenMinutes = 30;
const attempts = 6;
const atOnce = 4;
const requestMilliseconds = 60_000;

interface Attributes {
  deleteEnabled?: boolean;
  writeEnabled?: boolean;
}

interface ListedManifest {
  digest: string;
  createdTime?: string;
  lastUpdateTime?: string;
  changeableAttributes?: Attributes;
}

interface ListedTag {
  name: string;
  digest: string;
  createdTime?: string;
  lastUpdateTime?: string;
  changeableAttributes?: Attributes;
}

interface Content {
  manifests?: { digest: string }[];
  subject?: { digest: string };
  config?: Blob;
  layers?: Blob[];
  /** Of artifact manifests, a form that the OCI has withdrawn. */
  blobs?: Blob[];
}

interface Blob {
  digest: string;
  size?: number;
  /** The layer is stored elsewhere. */
  urls?: string[];
}

const isLocked = ({ deleteEnabled, writeEnabled }: Attributes = {}) =>
  deleteEnabled === false || writeEnabled === false;

export class AcrRepositories {
  readonly #loginServer: string;
  readonly #refreshToken: string;
  readonly #pauseMilliseconds: number;
  readonly #tokens = new Map<string, { token: string; until: number }>();

  /**
   * @param loginServer as listed by the Resource Manager
   * @param pauseMilliseconds before a request is repeated, if the registry gives no time
   */
  constructor(loginServer: string, refreshToken: string, pauseMilliseconds = 2000) {
    this.#loginServer = loginServer;
    this.#refreshToken = refreshToken;
    this.#pauseMilliseconds = pauseMilliseconds;
  }

  /**
   * Every manifest of a repository.
   * @returns `undefined` if there is no such repository
   * @throws RegistryRefusal, or CouldNotRun with the registry's answer
   */
  async manifests(repository: string): Promise<RepositoryManifest[] | undefined> {
    const answer = await this.#read(repository, `/acr/v1/${repository}`);
    if (answer === undefined) return undefined;
    const { changeableAttributes } = (await answer.json()) as { changeableAttributes?: Attributes };
    const repositoryLocked = isLocked(changeableAttributes);
    // Tags first: a tag that is pushed meanwhile then belongs to a manifest whose time is young.
    const tags = Map.groupBy(await this.#list<ListedTag>(repository, "tags"), ({ digest }) => digest);
    const listed = await this.#list<ListedManifest>(repository, "manifests");
    const found: RepositoryManifest[] = [];
    for (let start = 0; start < listed.length; start += atOnce)
      found.push(
        ...(
          await Promise.all(
            listed
              .slice(start, start + atOnce)
              .map((one) => this.#manifest(repository, one, tags.get(one.digest) ?? [])),
          )
        ).flatMap((manifest) =>
          manifest === undefined ? [] : [{ ...manifest, locked: manifest.locked || repositoryLocked }],
        ),
      );
    return found;
  }

  /** Whether the identity may delete in a repository. */
  async mayDelete(repository: string): Promise<boolean> {
    const asked = ["pull", "metadata_read", "delete"];
    return (await accessToken(this.#loginServer, this.#refreshToken, repository, asked)).actions.includes("delete");
  }

  /**
   * Deletes a manifest and its tags.
   * @returns whether it existed: Azure deletes what refers to a manifest together with it
   * @throws RegistryRefusal, or CouldNotRun with the registry's answer
   */
  async delete(repository: string, digest: string): Promise<boolean> {
    const answer = await this.#send("DELETE", repository, `/v2/${repository}/manifests/${digest}`, ["delete"]);
    if (answer.status === 404) return false;
    if (!answer.ok) throw new CouldNotRun(await messageIn(answer));
    return true;
  }

  /**
   * @returns the tags of a manifest; `undefined` if there is no such manifest
   * @throws RegistryRefusal, or CouldNotRun with the registry's answer
   */
  async tagsOf(repository: string, digest: string): Promise<string[] | undefined> {
    const answer = await this.#read(repository, `/acr/v1/${repository}/_manifests/${digest}`);
    const { manifest } = ((await answer?.json()) ?? {}) as { manifest?: { tags?: string[] } };
    return answer === undefined ? undefined : (manifest?.tags ?? []);
  }

  /**
   * Gives a manifest one more tag, which another manifest may have had.
   * @throws RegistryRefusal, or CouldNotRun with the registry's answer
   */
  async tag(repository: string, digest: string, tag: string): Promise<void> {
    const found = await this.#read(repository, `/v2/${repository}/manifests/${digest}`);
    if (found === undefined) throw new CouldNotRun(`${this.#loginServer}/${repository} has no manifest ${digest}`);
    // A manifest is stored under its digest, so it has to be sent byte for byte.
    const body = { type: found.headers.get("content-type") ?? "", content: await found.text() };
    const answer = await this.#send("PUT", repository, `/v2/${repository}/manifests/${tag}`, ["pull", "push"], body);
    if (!answer.ok) throw new CouldNotRun(await messageIn(answer));
  }

  /** `undefined`: it was deleted meanwhile. */
  async #manifest(
    repository: string,
    { digest, createdTime, lastUpdateTime, changeableAttributes }: ListedManifest,
    tags: readonly ListedTag[],
  ): Promise<RepositoryManifest | undefined> {
    const answer = await this.#read(repository, `/v2/${repository}/manifests/${digest}`);
    if (answer === undefined) return undefined;
    const text = await answer.text();
    const { manifests = [], subject, config, layers = [], blobs = [] } = JSON.parse(text) as Content;
    const stored = [...(config === undefined ? [] : [config]), ...layers, ...blobs].filter(
      ({ urls }) => urls === undefined,
    );
    const times = [createdTime, lastUpdateTime, ...tags.flatMap((tag) => [tag.createdTime, tag.lastUpdateTime])];
    return {
      ...{ digest, tags: tags.map(({ name }) => name), bytes: Buffer.byteLength(text) },
      updated: newest(times),
      locked: isLocked(changeableAttributes) || tags.some((tag) => isLocked(tag.changeableAttributes)),
      children: manifests.map((child) => child.digest),
      ...(subject === undefined ? {} : { subject: subject.digest }),
      blobs: new Map(stored.map((blob) => [blob.digest, blob.size ?? 0])),
    };
  }

  /** A whole list, page by page. */
  async #list<T>(repository: string, what: "tags" | "manifests"): Promise<T[]> {
    const found: T[] = [];
    let next: string | undefined = `/acr/v1/${repository}/_${what}?n=100`;
    while (next !== undefined) {
      const answer: Response | undefined = await this.#read(repository, next);
      if (answer === undefined) break;
      found.push(...(((await answer.json()) as Record<string, T[] | undefined>)[what] ?? []));
      next = /<(\/acr\/v1\/[^>]+)>/.exec(answer.headers.get("link") ?? "")?.[1];
    }
    return found;
  }

  /** `undefined`: 404. */
  async #read(repository: string, path: string): Promise<Response | undefined> {
    const answer = await this.#send("GET", repository, path, ["pull", "metadata_read"]);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new CouldNotRun(`${this.#loginServer}${path}: ${await messageIn(answer)}`);
    return answer;
  }

  /** Waits and tries again while the registry is busy. */
  async #send(
    method: "GET" | "PUT" | "DELETE",
    repository: string,
    path: string,
    actions: readonly string[],
    body?: { type: string; content: string },
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`https://${this.#loginServer}${path}`, {
        method,
        headers: {
          ...{ Authorization: `Bearer ${await this.#token(repository, actions)}`, Accept: `${manifestTypes}, */*` },
          ...(body !== undefined && { "Content-Type": body.type }),
        },
        ...(body !== undefined && { body: body.content }),
        signal: AbortSignal.timeout(requestMilliseconds),
      });
      if (answer.status === 401 || answer.status === 403)
        throw refusalOf(this.#loginServer, actions, await messageIn(answer));
      if ((answer.status !== 429 && answer.status !== 503) || attempt === attempts) return answer;
      const seconds = Number(answer.headers.get("retry-after"));
      await sleep(seconds > 0 ? Math.min(seconds, 60) * 1000 : this.#pauseMilliseconds * attempt);
    }
  }

  async #token(repository: string, actions: readonly string[]): Promise<string> {
    const key = `${repository} ${actions.join()}`;
    const known = this.#tokens.get(key);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const { token } = await accessToken(this.#loginServer, this.#refreshToken, repository, actions);
    this.#tokens.set(key, { token, until: Date.now() + tokenMinutes * 60_000 });
    return token;
  }
}

/** A manifest without a time counts as new: its age is not known. */
function newest(times: readonly (string | undefined)[]): Date {
  const known = times
    .flatMap((time) => (time === undefined ? [] : [Date.parse(time)]))
    .filter((time) => !Number.isNaN(time));
  return new Date(known.length === 0 ? Date.now() : Math.max(...known));
}

async function messageIn(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const [error] = (JSON.parse(text) as { errors?: { code?: string; message?: string }[] }).errors ?? [];
    if (error !== undefined) return `${error.code ?? answer.status}: ${error.message ?? ""}`;
  } catch {
    // Something between here and the registry answered.
  }
  return `HTTP ${answer.status}`;
}
