/**
 * Imports what refers to an image: signatures, SBOMs, provenance. Azure's import of an image leaves them behind, so each is
 * imported by itself, without a tag.
 * https://github.com/dotnet/docker-tools/pull/2003
 */
import { managerRequest } from "../azure/managerRequest.ts";
import { requestAccessToken } from "./accessTokenRequest.ts";
import { importImage, type ImportPatience, type ImportRequest } from "./importImage.ts";
import { type GetFromRepository, referrersOf } from "./referrers.ts";
import { exchangeForRefreshToken } from "./registrySignIn.ts";
import { splitImageReference } from "@tarmac/validate/imageReference";

const apiVersion = "2023-07-01";

export interface ReferrersImport extends ImportRequest {
  /** Token for registries (`registryAudience`). */
  registryToken: string;
  /** Host of the registry to copy to. */
  loginServer: string;
}

/**
 * @returns digests of what was imported
 * @throws Error if a registry does not answer or refuses, and pulumi.RunError with Azure's answer
 */
export async function importReferrers(request: ReferrersImport, patience: ImportPatience = {}): Promise<string[]> {
  const { image, endpoint, token, sourceId, loginServer, registryToken } = request;
  const { host = "", path, digest = "" } = splitImageReference(image);
  // The token goes only to the login server that Azure names for the resource.
  const answer = await managerRequest(token, `${endpoint}${sourceId}?api-version=${apiVersion}`);
  const named = answer.ok
    ? ((await answer.json()) as { properties?: { loginServer?: string } }).properties?.loginServer
    : `HTTP ${answer.status}`;
  if (named !== host) throw new Error(`Azure names "${String(named)}" for ${sourceId}, and the image is in ${host}`);
  const [source, target] = await Promise.all(
    [host, loginServer].map(async (server) =>
      reading(server, await exchangeForRefreshToken(server, registryToken, { attempts: 1 }), path),
    ),
  );
  if (source === undefined || target === undefined) return [];
  const imported: string[] = [];
  const known = new Set<string>();
  /** Also what refers to a referrer, such as the signature of an SBOM. */
  const bring = async (about: string): Promise<void> => {
    const present = new Set((await referrersOf(target, about)).map((one) => one.digest));
    for (const { digest: referrer } of await referrersOf(source, about)) {
      if (known.has(referrer)) continue;
      known.add(referrer);
      if (!present.has(referrer)) {
        await importImage({ ...request, image: `${host}/${path}@${referrer}` }, patience);
        imported.push(referrer);
      }
      await bring(referrer);
    }
  };
  await bring(digest);
  return imported;
}

/** Reads a repository with the identity's own rights. */
async function reading(server: string, refreshToken: string, repository: string): Promise<GetFromRepository> {
  const signedIn = await requestAccessToken(server, refreshToken, repository, ["pull"]);
  if (!signedIn.ok) throw new Error(`${server} lets the deploying identity read nothing (HTTP ${signedIn.status})`);
  const { access_token: token = "" } = (await signedIn.json()) as { access_token?: string };
  return async (path, accept) => {
    const answer = await fetch(`https://${server}/v2/${repository}/${path}`, {
      headers: { Authorization: `Bearer ${token}`, Accept: accept },
      signal: AbortSignal.timeout(30_000),
    });
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  };
}
