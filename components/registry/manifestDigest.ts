/** Looks up an image in a registry by its API, without pulling it. https://distribution.github.io/distribution/spec/api/ */
import { requestAccessToken } from "./accessTokenRequest.ts";

/** Formats of manifests and indexes, for one platform or several. */
const accepted = [
  ...["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"],
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Returns the digest of an image, `sha256:...`, or `undefined` if the registry does not have it. An unclear answer, such as
 * a refusal, counts as `undefined`.
 * @param refreshToken refresh token of the Azure container registry
 * @param reference tag or digest
 */
export async function manifestDigest(
  loginServer: string,
  refreshToken: string,
  repository: string,
  reference: string,
): Promise<string | undefined> {
  try {
    const signedIn = await requestAccessToken(loginServer, refreshToken, repository, ["pull"]);
    if (!signedIn.ok) return undefined;
    const { access_token: token = "" } = (await signedIn.json()) as { access_token?: string };
    const found = await fetch(`https://${loginServer}/v2/${repository}/manifests/${reference}`, {
      method: "HEAD",
      headers: { Authorization: `Bearer ${token}`, Accept: accepted },
    });
    return found.ok ? (found.headers.get("docker-content-digest") ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
