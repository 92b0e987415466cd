/**
 * A registry's token service. `/oauth2/exchange` exchanges an Entra token for a refresh token, which identifies a principal. `/oauth2/token` exchanges
 * that for an access token with the actions that the principal's current role assignments allow.
 */
import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { entraPrincipal } from "../authentication.ts";
import type { Cloud } from "../cloud.ts";
import { basicCredentials, bearerToken, formBody, type Reply, type Request } from "../httpMessages.ts";
import { asString } from "../jsonValues.ts";
import { armAudiences, registryAudience } from "../metadata.ts";
import { grantedActions, parseScope, type RegistryView, type Scope } from "./repositoryPermissions.ts";

export const registryIssuer = "Azure Container Registry";

/** The user name that marks the password as a refresh token. */
export const tokenUserName = "00000000-0000-0000-0000-000000000000";

const refreshSeconds = 3 * 3600;
const accessSeconds = 75 * 60;

/** `sub` of the token with which a run of ACR Tasks signs in, if it does not act for its caller. */
const runSubject = "acr-tasks";

/** Who signed in. A registry's admin user is not a principal of the directory. */
type Identity = { kind: "principal"; objectId: string } | { kind: "admin" } | { kind: "anonymous" };

/** `POST /oauth2/exchange`. As in ACR it works for every principal of the tenant; `/oauth2/token` evaluates the roles. */
export async function exchange(cloud: Cloud, registry: RegistryView, request: Request): Promise<Reply> {
  const form = await formBody(request);
  const [grant, service, tenant, accessToken] = ["grant_type", "service", "tenant", "access_token"].map((name) =>
    form.get(name),
  );
  if (grant !== "access_token")
    return failure(400, "UNSUPPORTED", `grant_type '${grant ?? ""}' is not supported; use access_token`);
  if (service !== registry.loginServer) {
    return failure(
      400,
      "NAME_INVALID",
      `service '${service ?? ""}' is not this registry, which is '${registry.loginServer}'`,
    );
  }
  // Optional: the token contains its tenant.
  if (tenant !== null && tenant !== undefined && tenant.toLowerCase() !== cloud.deployer.tenantId)
    return unauthorized();
  const audiences = [...(registry.armTokens ? armAudiences(cloud.endpoint) : []), registryAudience];
  const principal = await entraPrincipal(cloud, accessToken ?? undefined, audiences);
  if (principal === undefined) return unauthorized();
  return { status: 200, body: { refresh_token: await refreshToken(cloud, registry, principal.objectId) } };
}

/**
 * The password, for the user name that marks refresh tokens, with which a run of ACR Tasks signs in. As its caller, it has the caller's
 * roles. On its own, it may do everything in a registry in classic mode, and nothing in one in ABAC mode.
 */
export const runPassword = (cloud: Cloud, registry: RegistryView, callerId: string | undefined): Promise<string> =>
  refreshToken(cloud, registry, callerId ?? runSubject);

/** `GET` and `POST /oauth2/token`, as the Docker engine and containerd ask. */
export async function token(cloud: Cloud, registry: RegistryView, request: Request): Promise<Reply> {
  const form = request.method === "POST" ? await formBody(request) : new URLSearchParams();
  const parameters = request.method === "POST" ? form : request.query;
  const service = parameters.get("service");
  if (service !== null && service !== registry.loginServer) {
    return failure(
      400,
      "NAME_INVALID",
      `service '${service}' is not this registry, which is '${registry.loginServer}'`,
    );
  }
  const identity = await identify(cloud, registry, request, form);
  if (identity === undefined) return unauthorized();
  const scopes = parameters
    .getAll("scope")
    .flatMap((text) => text.split(" "))
    .filter((text) => text !== "")
    .map(parseScope);
  if (scopes.includes(undefined))
    return failure(400, "UNSUPPORTED", "a scope must have the form type:name:action,action");
  const asked = scopes.filter((scope) => scope !== undefined);
  const access = asked.map((scope) => ({ ...scope, actions: granted(cloud, registry, identity, scope) }));
  const given = access.filter(({ actions }) => actions.length > 0);
  // None of the requested actions is granted: refused here, so that a node's pull fails with 401 as on AKS.
  if (asked.length > 0 && given.length === 0) return unauthorized(asked);
  if (identity.kind === "anonymous" && given.length === 0) return unauthorized(asked);
  const subject = identity.kind === "principal" ? identity.objectId : identity.kind;
  const accessToken = await cloud.tokens.issue(
    { jti: randomUUID(), sub: subject, version: "1.0", access: given, grant_type: "access_token" },
    registryIssuer,
    registry.loginServer,
    accessSeconds,
  );
  // ACR returns access_token; the Docker engine also reads token.
  return { status: 200, body: { access_token: accessToken, token: accessToken, expires_in: accessSeconds } };
}

/** Whether a request has an access token for the wanted actions, for paths that the registry serves besides `/v2/`. */
export async function carriesAccess(
  cloud: Cloud,
  registry: RegistryView,
  header: string | undefined,
  wanted: Scope,
): Promise<boolean> {
  const claims = await verified(cloud, bearerToken(header), registry, "access_token");
  const access = claims?.access as Scope[] | undefined;
  return (access ?? []).some(
    ({ type, name, actions }) =>
      type === wanted.type && name === wanted.name && wanted.actions.every((action) => actions.includes(action)),
  );
}

async function identify(
  cloud: Cloud,
  registry: RegistryView,
  request: Request,
  form: URLSearchParams,
): Promise<Identity | undefined> {
  const grant = form.get("grant_type");
  if (grant === "refresh_token") return bySecret(cloud, registry, tokenUserName, form.get("refresh_token") ?? "");
  if (grant === "password") return bySecret(cloud, registry, form.get("username") ?? "", form.get("password") ?? "");
  if (request.headers.authorization === undefined) {
    return registry.anonymousPull && grant === null ? { kind: "anonymous" } : undefined;
  }
  const basic = basicCredentials(request.headers.authorization);
  return basic === undefined ? undefined : bySecret(cloud, registry, basic.username, basic.password);
}

async function bySecret(
  cloud: Cloud,
  registry: RegistryView,
  username: string,
  secret: string,
): Promise<Identity | undefined> {
  if (username === tokenUserName || username === "") {
    const claims = await verified(cloud, secret, registry, "refresh_token");
    const objectId = asString(claims?.sub);
    if (objectId === runSubject) return registry.abac ? undefined : { kind: "admin" };
    // The refresh token of a deleted identity is not accepted.
    return objectId !== undefined && cloud.directory.find(objectId) !== undefined
      ? { kind: "principal", objectId }
      : undefined;
  }
  if (cloud.directory.secretMatches(username, secret)) {
    const principal = cloud.directory.findByAppId(username);
    return principal === undefined ? undefined : { kind: "principal", objectId: principal.objectId };
  }
  return cloud.registries.adminPasswords(registry.id, username).includes(secret) ? { kind: "admin" } : undefined;
}

function granted(cloud: Cloud, registry: RegistryView, identity: Identity, scope: Scope): string[] {
  if (identity.kind === "admin") return scope.actions;
  return grantedActions(
    cloud.authorization,
    registry,
    identity.kind === "principal" ? identity.objectId : undefined,
    scope,
  );
}

function refreshToken(cloud: Cloud, registry: RegistryView, objectId: string): Promise<string> {
  return cloud.tokens.issue(
    {
      jti: randomUUID(),
      sub: objectId,
      version: "1.0",
      grant_type: "refresh_token",
      tenant: cloud.deployer.tenantId,
      permissions: { actions: ["*"], notActions: [] },
      roles: [],
    },
    registryIssuer,
    registry.loginServer,
    refreshSeconds,
  );
}

async function verified(
  cloud: Cloud,
  text: string | undefined,
  registry: RegistryView,
  grant: "refresh_token" | "access_token",
): Promise<JWTPayload | undefined> {
  try {
    const claims = await cloud.tokens.verify(text ?? "", registryIssuer);
    return claims.aud === registry.loginServer && claims.grant_type === grant ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** An error in the Docker registry's shape. */
export function failure(status: number, code: string, message: string, detail?: unknown): Reply {
  return { status, body: { errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] } };
}

export function unauthorized(scopes: Scope[] = []): Reply {
  return failure(
    401,
    "UNAUTHORIZED",
    "authentication required, visit https://aka.ms/acr/authorization for more information.",
    scopes.length === 0
      ? undefined
      : scopes.flatMap(({ type, name, actions }) =>
          actions.map((action) => ({ Type: type, Name: name, Action: action })),
        ),
  );
}
