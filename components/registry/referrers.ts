/**
 * Lists what refers to a manifest: signatures, SBOMs, provenance. A registry lists it by its referrers API, or has it under a
 * tag of the manifest's digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */

/** A manifest about another one, as a registry lists it. */
export interface Referrer {
  /** `sha256:...` of the manifest that refers. */
  digest: string;
  /** Media type of that manifest. */
  mediaType: string;
  /** Bytes of that manifest. */
  size: number;
  /** What it is, e.g. "application/vnd.cyclonedx+json". */
  artifactType?: string;
  annotations?: Record<string, string>;
}

/** An answer of the registry. */
export interface RepositoryAnswer {
  status: number;
  body: string;
  headers: Headers;
}

/** Sends a GET request to a repository. @param path after `/v2/REPOSITORY/` */
export type GetFromRepository = (path: string, accept: string) => Promise<RepositoryAnswer>;

export const indexType = "application/vnd.oci.image.index.v1+json";

/** The tag under which a registry without the referrers API has what refers to a manifest. */
export const referrersTag = (digest: string): string => digest.replace(":", "-");

/** Registries without the API answer 404; some do not even accept the path. */
const lacksTheApi = [400, 404, 405, 406];

/**
 * @param digest of the manifest that the others are about
 * @throws Error with the registry's answer
 */
export async function referrersOf(get: GetFromRepository, digest: string): Promise<Referrer[]> {
  const found: Referrer[] = [];
  let next: string | undefined = `referrers/${digest}`;
  while (next !== undefined) {
    const answer: RepositoryAnswer = await get(next, indexType);
    // A proxy in between may answer with a web page.
    const listed = answer.status === 200 ? referrersIn(answer.body) : undefined;
    if (listed === undefined && found.length === 0 && (answer.status === 200 || lacksTheApi.includes(answer.status)))
      return underTag(get, digest);
    if (listed === undefined) throw new Error(`the registry answered HTTP ${answer.status} to ${next}`);
    found.push(...listed);
    next = /<[^>]*\/(referrers\/sha256:[0-9a-f]{64}[^>]*)>\s*;\s*rel="?next/.exec(
      answer.headers.get("link") ?? "",
    )?.[1];
  }
  return found;
}

async function underTag(get: GetFromRepository, digest: string): Promise<Referrer[]> {
  const answer = await get(`manifests/${referrersTag(digest)}`, indexType);
  if (answer.status === 404) return [];
  const listed = answer.status === 200 ? referrersIn(answer.body) : undefined;
  if (listed === undefined)
    throw new Error(`the registry answered HTTP ${answer.status} to the tag ${referrersTag(digest)}`);
  return listed;
}

/** @returns `undefined` for anything but an index */
function referrersIn(text: string): Referrer[] | undefined {
  try {
    const { manifests } = JSON.parse(text) as { manifests?: Referrer[] | null };
    return manifests === undefined ? undefined : (manifests ?? []);
  } catch {
    return undefined;
  }
}
