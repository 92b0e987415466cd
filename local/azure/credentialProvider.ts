/**
 * The kubelet's image credential provider, like the one on AKS nodes: it signs in to the registry as the node's kubelet identity. The kubelet
 * runs it for each pull, with a CredentialProviderRequest on stdin, and reads a CredentialProviderResponse from stdout.
 *
 * It only identifies the node. The registry decides afterwards whether that identity may pull: without a grant this program succeeds, and
 * the pull fails with 401 Unauthorized.
 */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { caCertificate, ports } from "../settings.ts";

const timeoutMilliseconds = 10_000;

/** Sends a request and returns one field of the JSON response. @throws Error with the response's text when the field is missing */
async function call(what: string, url: URL, ca: Buffer, field: string, form?: URLSearchParams): Promise<string> {
  const body = form?.toString();
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: body === undefined ? "GET" : "POST",
        ca,
        timeout: timeoutMilliseconds,
        headers:
          body === undefined
            ? { Metadata: "true" }
            : { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": Buffer.byteLength(body) },
      },
      (incoming) => {
        text(incoming).then((answer) => resolve({ status: incoming.statusCode ?? 0, answer }), reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  }).catch((error: unknown) => {
    throw new Error(
      `${what} at ${url.origin} is unreachable: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (status !== 200) throw new Error(`${what} at ${url.origin} answered ${status}: ${answer}`);
  const value = (JSON.parse(answer) as Record<string, unknown>)[field];
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
  const registry = image?.split("/")[0];
  if (apiVersion === undefined || registry === undefined || registry === "") {
    throw new Error("the request on stdin has no apiVersion or no image");
  }
  const ca = readFileSync(values.ca);
  const metadata = new URL("/metadata/identity/oauth2/token", values.endpoint);
  metadata.search = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: "https://management.azure.com/",
    registry,
  }).toString();
  const accessToken = await call("The managed identity endpoint", metadata, ca, "access_token");
  const refreshToken = await call(
    "The registry",
    new URL(`https://${registry}/oauth2/exchange`),
    ca,
    "refresh_token",
    new URLSearchParams({ grant_type: "access_token", service: registry, access_token: accessToken }),
  );
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
