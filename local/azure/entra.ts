/** Microsoft Entra ID's endpoints: sign-in with a client secret or a federated token, and the documents that libraries read before they sign in. */
import { randomUUID } from "node:crypto";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { jwtBearer, refusalOf } from "./federation.ts";
import { basicCredentials, formBody, type Reply, type Request } from "./httpMessages.ts";
import { armAudiences, graphAudience, registryAudience, storageAudience, vaultAudience } from "./metadata.ts";

const tokenSeconds = 3600;

/** Further resources that tokens are issued for. The application id is that of AKS clusters. */
const otherAudiences = [
  "6dae42f8-4368-4678-94ff-3960e28e3630",
  "https://graph.microsoft.com",
  vaultAudience,
  storageAudience,
];

/** A token and its audience. The audience keeps the trailing slash of the request, because clients compare it. */
export interface AccessToken {
  token: string;
  expiresInSeconds: number;
  audience: string;
}

export const issuerOf = (cloud: Cloud) => `${cloud.endpoint}/${cloud.deployer.tenantId}/v2.0`;

/** Whether tokens are issued for this resource. */
export function isKnownAudience(cloud: Cloud, audience: string): boolean {
  const bare = audience.replace(/\/+$/, "");
  return [...armAudiences(cloud.endpoint), graphAudience(cloud.endpoint), registryAudience, ...otherAudiences].some(
    (known) => known.replace(/\/+$/, "") === bare,
  );
}

export async function issueAccessToken(cloud: Cloud, principal: Principal, audience: string): Promise<AccessToken> {
  const token = await cloud.tokens.issue(
    {
      ver: "1.0",
      tid: cloud.deployer.tenantId,
      oid: principal.objectId,
      sub: principal.objectId,
      appid: principal.appId,
      appidacr: "1",
      idtyp: "app",
      uti: randomUUID(),
    },
    issuerOf(cloud),
    audience,
    tokenSeconds,
  );
  return { token, expiresInSeconds: tokenSeconds, audience };
}

/** Answers Entra's paths; undefined for any other path. */
export async function entra(cloud: Cloud, request: Request): Promise<Reply | undefined> {
  if (request.path === "/common/discovery/instance") return { status: 200, body: instanceDiscovery(cloud, request) };
  const [, tenant, rest] = /^\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
  switch (rest) {
    case "oauth2/v2.0/token":
      return request.method === "POST" ? await token(cloud, tenant ?? "", request) : { status: 405 };
    case ".well-known/openid-configuration":
    case "v2.0/.well-known/openid-configuration":
      return knownTenant(cloud, tenant)
        ? { status: 200, body: openIdConfiguration(cloud, request) }
        : unknownTenant(tenant);
    case "discovery/keys":
    case "discovery/v2.0/keys":
      return { status: 200, body: { keys: [cloud.tokens.publicJwk] } };
    default:
      return undefined;
  }
}

async function token(cloud: Cloud, tenant: string, request: Request): Promise<Reply> {
  if (!knownTenant(cloud, tenant)) return unknownTenant(tenant);
  const form = await formBody(request);
  const basic = basicCredentials(request.headers.authorization);
  const clientId = form.get("client_id") ?? basic?.username;
  const secret = form.get("client_secret") ?? basic?.password;
  const grant = form.get("grant_type");
  if (grant === null) return missing("grant_type");
  if (grant !== "client_credentials") {
    return refusal(400, "unsupported_grant_type", 70003, `The app requested an unsupported grant type '${grant}'.`);
  }
  if (clientId === undefined) return missing("client_id");
  const scope = form.get("scope");
  if (scope === null) return missing("scope");
  const principal = cloud.directory.findByAppId(clientId);
  if (principal === undefined) {
    return refusal(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId}' was not found in the directory 'tarmac local'. ` +
        "This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
    );
  }
  const assertion = form.get("client_assertion");
  if (assertion !== null) {
    const kind = form.get("client_assertion_type");
    if (kind !== jwtBearer)
      return refusal(400, "invalid_request", 900144, `client_assertion_type '${kind}' is not '${jwtBearer}'.`);
    const refused = await refusalOf(cloud, clientId, assertion);
    if (refused !== undefined) return refusal(401, "invalid_client", refused.code, refused.text);
  } else if (secret === undefined) {
    return refusal(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  } else if (!cloud.directory.secretMatches(clientId, secret)) {
    return refusal(
      401,
      "invalid_client",
      7000215,
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, " +
        `not the client secret ID, for a secret added to app '${clientId}'.`,
    );
  }
  // Libraries add openid, profile and offline_access. The resource is the part that ends in /.default.
  const audience = scope
    .split(" ")
    .find((part) => part.endsWith("/.default"))
    ?.slice(0, -"/.default".length);
  if (audience === undefined) {
    return refusal(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  if (!isKnownAudience(cloud, audience)) {
    return refusal(
      400,
      "invalid_resource",
      500011,
      `The resource principal named ${audience} was not found in the tenant named tarmac local.`,
    );
  }
  const issued = await issueAccessToken(cloud, principal, audience);
  return {
    status: 200,
    headers: { "Cache-Control": "no-store, no-cache", Pragma: "no-cache" },
    body: {
      token_type: "Bearer",
      expires_in: issued.expiresInSeconds,
      ext_expires_in: issued.expiresInSeconds,
      access_token: issued.token,
    },
  };
}

function knownTenant(cloud: Cloud, tenant: string | undefined): boolean {
  return tenant?.toLowerCase() === cloud.deployer.tenantId;
}

function unknownTenant(tenant: string | undefined): Reply {
  return refusal(
    400,
    "invalid_request",
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}

function missing(parameter: string): Reply {
  return refusal(
    400,
    "invalid_request",
    900144,
    `The request body must contain the following parameter: '${parameter}'.`,
  );
}

/** An error in Entra's shape. */
function refusal(status: number, error: string, code: number, text: string): Reply {
  const timestamp = new Date()
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const [trace, correlation] = [randomUUID(), randomUUID()];
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

/** For the name that the client used: it refuses a document whose issuer has another host. */
function openIdConfiguration(cloud: Cloud, { origin }: Request) {
  const authority = `${origin}/${cloud.deployer.tenantId}`;
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "private_key_jwt"],
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: `${authority}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "tid", "oid", "appid", "ver"],
    tenant_region_scope: "EU",
  };
}

function instanceDiscovery(cloud: Cloud, request: Request) {
  const host = new URL(request.origin).host;
  return {
    tenant_discovery_endpoint: `${cloud.endpoint}/${cloud.deployer.tenantId}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
