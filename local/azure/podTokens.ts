/**
 * Workload identity of the simulated clusters. The one Kubernetes behind them issues the tokens of ServiceAccounts. This service publishes
 * its keys like AKS's issuer, and acts as AKS's webhook, which gives labeled pods such a token and the identity's client id.
 *
 * https://learn.microsoft.com/azure/aks/workload-identity-overview,
 * https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html
 */
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { Cloud } from "./cloud.ts";
import { clusterIssuer, clusterPath } from "./clusterIssuer.ts";
import { annotationPrefix } from "./identityWebhook.ts";
import { asObject, asString, type JsonObject } from "./jsonValues.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";

const tokenVolume = "azure-identity-token";
const tokenFolder = "/var/run/secrets/azure/tokens";

/** Whether a cluster issued the token. It is verified with the keys that the clusters publish. */
export async function isClusterToken(cloud: Cloud, token: string): Promise<boolean> {
  const keys = createLocalJWKSet({ keys: await cloud.kubernetes.signingKeys() });
  try {
    await jwtVerify(token, keys, { issuer: clusterIssuer(cloud.endpoint) });
    return true;
  } catch {
    return false;
  }
}

/** Answers the paths of the issuer and the webhook; undefined for any other path. */
export async function clusterIdentity(cloud: Cloud, request: Request): Promise<Reply | undefined> {
  const issuer = clusterIssuer(cloud.endpoint);
  switch (`${request.method} ${request.path}`) {
    case `GET ${clusterPath}.well-known/openid-configuration`:
      return {
        status: 200,
        body: {
          issuer,
          jwks_uri: `${issuer}openid/v1/jwks`,
          response_types_supported: ["id_token"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        },
      };
    case `GET ${clusterPath}openid/v1/jwks`:
      return { status: 200, body: { keys: await cloud.kubernetes.signingKeys() } };
    case `POST ${clusterPath}webhook`:
      return { status: 200, body: await review(cloud, await jsonBody(request)) };
    default:
      return undefined;
  }
}

/** The answer to an AdmissionReview about a pod. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
async function review(cloud: Cloud, body: JsonObject): Promise<JsonObject> {
  const asked = asObject(body.request) ?? {};
  const pod = asked.object as V1Pod | undefined;
  const namespace = asString(asked.namespace) ?? "default";
  const account = pod?.spec?.serviceAccountName ?? "default";
  const annotations = await cloud.kubernetes.serviceAccountAnnotations(namespace, account);
  const spec =
    pod?.spec === undefined ? undefined : signedIn(pod, annotations, cloud.deployer.tenantId, `${cloud.endpoint}/`);
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid: asked.uid,
      allowed: true,
      ...(spec !== undefined && {
        patchType: "JSONPatch",
        patch: Buffer.from(JSON.stringify([{ op: "replace", path: "/spec", value: spec }])).toString("base64"),
      }),
    },
  };
}

/**
 * The specification of a pod with a token for Entra and the variables that Azure's libraries read. Variables that a container sets itself
 * stay as they are.
 * @param annotations of its ServiceAccount
 * @param authority URL of the service that exchanges tokens
 */
export function signedIn(
  { metadata, spec }: V1Pod,
  annotations: Readonly<Record<string, string>>,
  tenantId: string,
  authority: string,
): object {
  const of = (name: string) => metadata?.annotations?.[annotationPrefix + name] ?? annotations[annotationPrefix + name];
  const skipped = (of("skip-containers") ?? "").split(";");
  const variables = {
    AZURE_CLIENT_ID: annotations[`${annotationPrefix}client-id`] ?? "",
    AZURE_TENANT_ID: annotations[`${annotationPrefix}tenant-id`] ?? tenantId,
    AZURE_FEDERATED_TOKEN_FILE: `${tokenFolder}/${tokenVolume}`,
    AZURE_AUTHORITY_HOST: authority,
  };
  const changed = (container: V1Container): V1Container => {
    if (skipped.includes(container.name)) return container;
    const own = container.env ?? [];
    const missing = Object.entries(variables).filter(([name]) => !own.some((variable) => variable.name === name));
    return {
      ...container,
      env: [...own, ...missing.map(([name, value]) => ({ name, value }))],
      volumeMounts: [...(container.volumeMounts ?? []), { name: tokenVolume, mountPath: tokenFolder, readOnly: true }],
    };
  };
  const token = {
    path: tokenVolume,
    audience: "api://AzureADTokenExchange",
    expirationSeconds: Number(of("service-account-token-expiration") ?? 3600),
  };
  return {
    ...spec,
    containers: (spec?.containers ?? []).map(changed),
    ...(spec?.initContainers !== undefined && { initContainers: spec.initContainers.map(changed) }),
    volumes: [
      ...(spec?.volumes ?? []),
      { name: tokenVolume, projected: { defaultMode: 420, sources: [{ serviceAccountToken: token }] } },
    ],
  };
}
