/** Asks a registry about an image: whether it exists, and if not, what is most similar. */
import type { ImageSource } from "./imageSource.ts";
import { nearest } from "../nearest.ts";
import { type Answer, type Credentials, manifestTypes, RegistryClient, RegistryProblem } from "./registryClient.ts";

/** What a registry says about an image. */
export interface ImageLook {
  /**
   * found: the manifest exists. no-manifest: only the repository exists. no-repository: neither exists. refused:
   * reading is not allowed. Others: the registry cannot be reached from this machine.
   */
  answer: "found" | "no-manifest" | "no-repository" | "refused" | "name-unresolved" | "unreachable" | "tls";
  /**
   * The identity used: "the pull secret NAME", "the identity that is signed in to Azure here", or "an anonymous
   * client".
   */
  as: string;
  /** The error message of the registry or the network. */
  problem?: string;
  /** Existing tags that are most similar to the requested one, nearest first. */
  nearestTags?: string[];
  /** Existing repositories that are most similar, nearest first. */
  nearestRepositories?: string[];
  /** Platforms of the image, such as "linux/amd64". */
  platforms?: string[];
  /** Download size in bytes. */
  compressedBytes?: number;
}

/** An identity for requests to the registry. */
export interface Asker {
  /** For people: "the pull secret NAME", "an anonymous client". */
  as: string;
  credentials?: Credentials;
}

/** Tries each identity in turn until one may read. Never throws: an unreachable registry is also an answer. */
export async function lookAtImage(reference: ImageSource, askers: readonly Asker[]): Promise<ImageLook> {
  let refusal: ImageLook | undefined;
  for (const asker of askers) {
    const look = await lookAs(reference, asker);
    if (look.answer !== "refused") return look;
    refusal ??= look;
  }
  return refusal ?? { answer: "refused", as: "an anonymous client" };
}

async function lookAs(reference: ImageSource, { as, credentials }: Asker): Promise<ImageLook> {
  const client = new RegistryClient(reference.host, credentials);
  const { repository, tag, digest } = reference;
  const scope = `repository:${repository}:pull`;
  try {
    const manifest = await client.get(`${repository}/manifests/${digest ?? tag ?? "latest"}`, scope, manifestTypes);
    if (manifest.status === 200) return { answer: "found", as, ...(await contents(client, repository, manifest)) };
    if (manifest.status === 401 || manifest.status === 403)
      return { answer: "refused", as, problem: errorIn(manifest) };
    const listed = await client.get(`${repository}/tags/list?n=1000`, scope);
    const tags =
      listed.status === 200 ? ((JSON.parse(listed.body) as { tags: string[] | null }).tags ?? []) : undefined;
    if (tags === undefined) {
      return {
        answer: "no-repository",
        as,
        problem: errorIn(listed),
        nearestRepositories: await repositories(client, repository),
      };
    }
    return {
      answer: "no-manifest",
      as,
      problem: errorIn(manifest),
      nearestTags: nearest(tag ?? "latest", tags, 5),
    };
  } catch (error) {
    if (error instanceof RegistryProblem) return { answer: error.kind, as, problem: error.message };
    return { answer: "unreachable", as, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the registry accepts this user and password, even if they may not read the repository. */
export async function trySignIn(
  host: string,
  repository: string,
  credentials: Credentials,
): Promise<"accepted" | "refused" | "unreachable"> {
  try {
    const client = new RegistryClient(host, credentials);
    await client.get(`${repository}/tags/list?n=1`, `repository:${repository}:pull`);
    // A registry that does not ask for credentials rejects none.
    return client.signIn ?? "accepted";
  } catch {
    return "unreachable";
  }
}

async function repositories(client: RegistryClient, wanted: string): Promise<string[]> {
  const answer = await client.get("_catalog?n=1000", "registry:catalog:*");
  if (answer.status !== 200) return [];
  return nearest(wanted, (JSON.parse(answer.body) as { repositories: string[] | null }).repositories ?? []);
}

interface Manifest {
  manifests?: { platform?: { os?: string; architecture?: string } }[];
  layers?: { size?: number }[];
  config?: { digest?: string };
}

async function contents(client: RegistryClient, repository: string, answer: Answer): Promise<Partial<ImageLook>> {
  const manifest = JSON.parse(answer.body) as Manifest;
  if (manifest.manifests !== undefined) {
    const platforms = manifest.manifests
      .map(({ platform }) => `${platform?.os}/${platform?.architecture}`)
      // An index lists attestations next to the images, under this platform.
      .filter((platform) => platform !== "unknown/unknown");
    return { platforms };
  }
  const compressedBytes = (manifest.layers ?? []).reduce((sum, { size = 0 }) => sum + size, 0);
  const config = await client.get(
    `${repository}/blobs/${manifest.config?.digest}`,
    `repository:${repository}:pull`,
    "*/*",
  );
  if (config.status !== 200) return { compressedBytes };
  const { os, architecture } = JSON.parse(config.body) as { os?: string; architecture?: string };
  return { compressedBytes, platforms: [`${os}/${architecture}`] };
}

function errorIn({ status, body }: Answer): string {
  try {
    const [error] = (JSON.parse(body) as { errors?: { code?: string; message?: string }[] }).errors ?? [];
    if (error !== undefined) return `${error.code ?? status}: ${error.message ?? ""}`;
  } catch {
    // The body is not the registry's own error, so use the status.
  }
  return `HTTP ${status}`;
}
