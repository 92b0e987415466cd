/**
 * The part of the driver's provider for Key Vault: it signs in to Entra as the workload identity that a SecretProviderClass names, with the
 * token of the pod's ServiceAccount, and reads the secrets at the vault's own service. Both are the simulated ones, which check credential
 * and role. Its errors have the real provider's words.
 *
 * https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/,
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/troubleshoot-key-vault-csi-secrets-store-csi-driver
 */
import { STATUS_CODES } from "node:http";
import { isAbsolute } from "node:path";
import { parse } from "yaml";
import { resourceNamed, vaultSuffix } from "../azureHosts.ts";
import type { Cloud } from "../cloud.ts";
import { entra } from "../entra.ts";
import { jwtBearer } from "../federation.ts";
import type { Reply, Request } from "../httpMessages.ts";
import { asObject, asString } from "../jsonValues.ts";
import { vaultService } from "../vault/vaultService.ts";
import { tokenAudience } from "./driverObjects.ts";

/** An entry of `objects`. */
interface VaultObject {
  objectName?: string;
  objectType?: string;
  objectAlias?: string;
  objectVersion?: string;
}

/** Where the kubelet puts tokens by audience. */
export const tokensAttribute = "csi.storage.k8s.io/serviceAccount.tokens";

const dashes = "-".repeat(80);

/**
 * The files of a volume, by path in it.
 * @param parameters of the SecretProviderClass, and the volume's attributes
 * @throws Error with the provider's words
 */
export async function providedFiles(
  cloud: Cloud,
  parameters: Readonly<Record<string, string>>,
): Promise<Map<string, Buffer>> {
  const of = (name: string) => (parameters[name] ?? "").trim();
  const vault = of("keyvaultName");
  if (vault === "") throw new Error("keyvaultName is not provided");
  const tenant = of("tenantID") || of("tenantId");
  if (tenant === "") throw new Error("tenantId is not provided");
  if (of("useVMManagedIdentity") === "true" || of("usePodIdentity") === "true")
    throw new Error("the simulated driver signs in with workload identity only: set clientID, and no other identity");
  const clientId = of("clientID");
  if (clientId === "") throw new Error("failed to get credentials, nodePublishSecretRef secret is not set");
  const assertion = podToken(of(tokensAttribute));
  const objects = vaultObjects(of("objects"));
  const files = new Map<string, Buffer>();
  if (objects.length === 0) return files;
  if (!/^[-A-Za-z0-9]{3,24}$/.test(vault))
    throw new Error(`failed to get vault: Invalid vault name: "${vault}", must match [-a-zA-Z0-9]{3,24}`);
  for (const object of objects) {
    const { objectName: name = "", objectType: type = "", objectAlias, objectVersion: version = "" } = object;
    try {
      if (type !== "secret") throw new Error("Invalid vaultObjectTypes. Should be secret, key, or cert");
      const path = objectAlias ?? name;
      if (isAbsolute(path)) throw new Error("file name must be a relative path");
      if (path.includes("..")) throw new Error("file name must not contain '..'");
      const token = await signIn(cloud, tenant, clientId, assertion);
      files.set(path, Buffer.from(await readSecret(cloud, vault, name, version, token)));
    } catch (error) {
      throw new Error(
        `failed to get objectType:${type}, objectName:${name}, objectVersion:${version}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return files;
}

/** The pod's token for Entra. */
function podToken(tokens: string): string {
  const failed = (why: string) => new Error(`failed to parse workload identity tokens, error: ${why}`);
  if (tokens === "") throw failed("service account tokens not found");
  const token = asString(asObject(asObject(JSON.parse(tokens) as unknown)?.[tokenAudience])?.token);
  if (token === undefined) throw failed(`token for audience ${tokenAudience} not found`);
  return token;
}

function vaultObjects(text: string): VaultObject[] {
  if (text === "") throw new Error("objects is not set");
  let listed: unknown;
  try {
    listed = asObject(parse(text))?.array;
  } catch (error) {
    throw new Error(`failed to yaml unmarshal objects, error: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(listed)) return [];
  return listed.map((entry) => (asObject(parse(String(entry))) ?? {}) as VaultObject);
}

/** A request that the driver makes within this service. */
const request = (
  method: string,
  origin: string,
  path: string,
  {
    query = {},
    headers = {},
    body = "",
  }: { query?: Record<string, string>; headers?: Request["headers"]; body?: string },
): Request => ({
  ...{ method, origin, path, headers },
  query: new URLSearchParams(query),
  body: () => Promise.resolve(Buffer.from(body)),
});

/** An answer's error, in the form of Azure's library for Go. */
const described = (line: string, { status, body }: Reply, code?: string) =>
  [
    ...[line, dashes, `RESPONSE ${status}: ${status} ${STATUS_CODES[status]}`],
    ...(code === undefined ? [] : [`ERROR CODE: ${code}`]),
    ...[dashes, JSON.stringify(body, undefined, 2), dashes, ""],
  ].join("\n");

/** An access token for the vaults. */
async function signIn(cloud: Cloud, tenant: string, clientId: string, assertion: string): Promise<string> {
  const path = `/${tenant}/oauth2/v2.0/token`;
  const form = new URLSearchParams({
    ...{ grant_type: "client_credentials", client_id: clientId, scope: "https://vault.azure.net/.default" },
    ...{ client_assertion_type: jwtBearer, client_assertion: assertion },
  });
  const reply = await entra(cloud, request("POST", cloud.endpoint, path, { body: form.toString() }));
  const token = asString(asObject(reply?.body)?.access_token);
  if (token !== undefined) return token;
  const line = `ClientAssertionCredential authentication failed.\nPOST https://login.microsoftonline.com${path}`;
  throw new Error(described(line, reply ?? { status: 404 }));
}

async function readSecret(cloud: Cloud, vault: string, name: string, version: string, token: string): Promise<string> {
  const host = `${vault}${vaultSuffix}`;
  const [origin, path] = [`https://${host}`, `/secrets/${name}/${version}`];
  if (resourceNamed(cloud, "vault", vault.toLowerCase()) === undefined)
    throw new Error(`Get "${origin}${path}?api-version=7.6": dial tcp: lookup ${host} on 10.0.0.10:53: no such host`);
  const query = { "api-version": "7.6" };
  const headers = { authorization: `Bearer ${token}` };
  const reply = await vaultService(cloud, request("GET", origin, path, { query, headers }), vault.toLowerCase(), true);
  const body = asObject(reply.body);
  if (reply.status === 200) return asString(body?.value) ?? "";
  throw new Error(described(`GET ${origin}${path}`, reply, asString(asObject(body?.error)?.code)));
}
