/** The endpoints of the cloud, which the cloud itself names, and sign-in to it. */
import { ClientAssertionCredential, ClientSecretCredential } from "@azure/identity";

import { isLoopback } from "./providerSettings.ts";
import type { Settings } from "./providerSettings.ts";

/** The endpoints that the plugin needs from `/metadata/endpoints`. */
export interface Endpoints {
  resourceManager: string;
  /** The audience of tokens for Resource Manager. */
  audience: string;
  login: string;
  /** The audience of tokens for Microsoft Graph. */
  graph: string;
}

/** Returns a token for a resource such as `https://management.azure.com/`. */
export type TokenSource = (resource: string, signal: AbortSignal) => Promise<string>;

const metadataTimeout = 10_000;

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
}

/**
 * The endpoints of the cloud at this host.
 *
 * @throws Error when the host does not answer, or names endpoints that are not on this machine.
 */
export async function readEndpoints(metadataHost: string): Promise<Endpoints> {
  const base = metadataHost.includes("://") ? metadataHost : `https://${metadataHost}`;
  const url = `${base.replace(/\/+$/, "")}/metadata/endpoints?api-version=2022-09-01`;
  let body: unknown;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(metadataTimeout) });
    if (!response.ok) {
      throw new Error(`HTTP status ${response.status}`);
    }
    body = await response.json();
  } catch (error) {
    throw new Error(
      `the simulated Azure does not answer at ${url}: ${causeOf(error)}. 'npm run status' shows whether it runs, and 'npm start' starts it.`,
      { cause: error },
    );
  }
  const metadata = body as {
    resourceManager?: string;
    microsoftGraphResourceId?: string;
    authentication?: { loginEndpoint?: string; audiences?: string[] };
  };
  const endpoints = {
    resourceManager: metadata.resourceManager ?? "",
    login: metadata.authentication?.loginEndpoint ?? "",
  };
  for (const [name, value] of Object.entries(endpoints)) {
    if (!isLoopback(value)) {
      throw new Error(
        `${url} names ${JSON.stringify(value)} as its ${name} endpoint, which is not on this machine: refused`,
      );
    }
  }
  const audience = metadata.authentication?.audiences?.[0] ?? endpoints.resourceManager;
  return { ...endpoints, audience, graph: metadata.microsoftGraphResourceId ?? audience };
}

/** Signs in as the application of the settings, at the cloud's own login endpoint. */
export function signIn(settings: Settings, endpoints: Endpoints): TokenSource {
  const { tenantId, clientId, clientSecret, oidcToken, oidcRequest } = settings;
  const options = { authorityHost: endpoints.login, disableInstanceDiscovery: true };
  const assertion =
    oidcToken !== undefined
      ? () => Promise.resolve(oidcToken)
      : oidcRequest !== undefined
        ? () => requestAssertion(oidcRequest)
        : undefined;
  const credential =
    assertion === undefined
      ? new ClientSecretCredential(tenantId, clientId, clientSecret ?? "", options)
      : new ClientAssertionCredential(tenantId, clientId, assertion, options);
  return async (resource, signal) => (await credential.getToken(`${resource}/.default`, { abortSignal: signal })).token;
}

/**
 * A token of a workflow's run, as GitHub issues it.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 * @throws Error with the answer's status
 */
async function requestAssertion({ url, token }: { url: string; token: string }): Promise<string> {
  const address = new URL(url);
  address.searchParams.set("audience", "api://AzureADTokenExchange");
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`the request for the run's token was answered with ${response.status}`);
  return ((await response.json()) as { value: string }).value;
}

/** The identity in a token. */
export interface Claims {
  clientId?: string | undefined;
  objectId?: string | undefined;
  tenantId?: string | undefined;
}

/** Reads a token's claims. The signature is not checked, because the token comes directly from its issuer. */
export function readClaims(token: string): Claims {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
  const claims = JSON.parse(payload) as { appid?: string; oid?: string; tid?: string };
  return { clientId: claims.appid, objectId: claims.oid, tenantId: claims.tid };
}
