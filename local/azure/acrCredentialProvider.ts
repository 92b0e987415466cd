/**
 * The kubelet's image credential provider, like the one on AKS nodes: it signs in to the registry as the node's kubelet identity. The kubelet
 * runs it for each pull, with a CredentialProviderRequest on stdin, and reads a CredentialProviderResponse from stdout.
 *
 * It only identifies the node. The registry decides afterwards whether that identity may pull: without a grant this program succeeds, and
 * the pull fails with 401 Unauthorized.
 */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { parseArgs } from "node:util";
import { pullSource, splitImageReference } from "@tarmac/validate/imageReference";
import { caCertificate, ports } from "../layout.ts";

const timeoutMilliseconds = 10_000;

/** Sends a request and returns one field of the JSON response. @throws Error with the response's text when the field is missing */
async function call(what: string, url: URL, field: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMilliseconds) }).catch(
    (error: Error) => {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      throw new Error(`${what} at ${url.origin} is unreachable: ${cause?.code ?? cause?.message ?? error.message}`);
    },
  );
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${what} at ${url.origin} answered ${response.status}: ${text}`);
  const value = (JSON.parse(text) as Record<string, unknown>)[field];
  if (typeof value !== "string") throw new Error(`${what} at ${url.origin} answered without ${field}`);
  return value;
}

async function respond(): Promise<void> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: "string", default: `https://localhost:${ports.azure}` },
      ca: { type: "string", default: caCertificate },
    },
  });
  const { apiVersion, image } = JSON.parse(await text(process.stdin)) as { apiVersion?: string; image?: string };
  if (apiVersion === undefined || image === undefined || image === "") {
    throw new Error("the request on stdin has no apiVersion or no image");
  }
  const { host: registry } = pullSource(splitImageReference(image));
  tls.setDefaultCACertificates([readFileSync(values.ca, "utf8")]);
  const metadata = new URL("/metadata/identity/oauth2/token", values.endpoint);
  metadata.search = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: "https://management.azure.com/",
    registry,
  }).toString();
  const accessToken = await call("The managed identity endpoint", metadata, "access_token", {
    headers: { Metadata: "true" },
  });
  const refreshToken = await call("The registry", new URL(`https://${registry}/oauth2/exchange`), "refresh_token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "access_token", service: registry, access_token: accessToken }),
  });
  process.stdout.write(
    JSON.stringify({
      apiVersion,
      kind: "CredentialProviderResponse",
      cacheKeyType: "Registry",
      // Not cached: a grant that was added or revoked takes effect at the next pull.
      cacheDuration: "0s",
      auth: { [registry]: { username: "00000000-0000-0000-0000-000000000000", password: refreshToken } },
    }),
  );
}

await respond().catch((error: unknown) => {
  process.stderr.write(`acr-credential-provider: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
