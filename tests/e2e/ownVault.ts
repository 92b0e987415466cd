/** A Key Vault of the simulated Azure for a test, in a resource group of its own. The deployer may write its secrets and make keys. */
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { request } from "node:https";
import { decodeJwt } from "jose";
import { ports } from "../../local/layout.ts";
import { signIn } from "../../local/stack/deployerSignIn.ts";
import { roleAssignmentName, roleDefinitionIdFor } from "../../components/azure/builtInRoles.ts";
import { azure } from "./azureQueries.ts";

const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const cryptoOfficer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";

export interface OwnVault {
  /** Resource id. */
  id: string;
  /** Stores a new version of a secret. Returns the version. */
  put(secret: string, value: string): Promise<string>;
  /** Creates a key that signs. Returns its id without a version, and the public key in PEM. */
  createKey(key: string): Promise<{ id: string; publicKey: string }>;
  remove(): Promise<void>;
}

export async function ownVault(name: string): Promise<OwnVault> {
  const { credential } = signIn();
  const { token } = await credential.getToken("https://vault.azure.net/.default");
  const { oid = "", tid: tenantId } = decodeJwt<{ oid: string; tid: string }>(token);
  const { resourceGroups, resources, roleAssignments } = azure();
  const group = `${name}-vault`;
  const { id: groupId = "" } = await resourceGroups.createOrUpdate(group, { location: "swedencentral" });
  const id = `${groupId}/providers/Microsoft.KeyVault/vaults/${name}`;
  await resources.createOrUpdateById(id, "2023-07-01", {
    location: "swedencentral",
    properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
  });
  for (const role of [secretsOfficer, cryptoOfficer])
    await roleAssignments.create(id, roleAssignmentName(id, oid, role), {
      ...{ principalId: oid, principalType: "ServicePrincipal" },
      roleDefinitionId: roleDefinitionIdFor(id, role),
    });
  const host = `${name}.vault.azure.net`;
  return {
    id,
    async put(secret, value) {
      const answer = await ask<{ id: string }>("PUT", host, `/secrets/${secret}?api-version=7.4`, token, { value });
      return answer.id.split("/").at(-1) ?? "";
    },
    async createKey(key) {
      const curve = { kty: "EC", crv: "P-256" };
      const made = await ask<{ key: JsonWebKey }>("POST", host, `/keys/${key}/create?api-version=7.4`, token, curve);
      const publicKey = createPublicKey({ key: { ...made.key, kty: "EC" }, format: "jwk" });
      return {
        id: `https://${host}/keys/${key}`,
        publicKey: String(publicKey.export({ format: "pem", type: "spki" })),
      };
    },
    remove: () => resourceGroups.delete(group),
  };
}

/** Writes to a vault at its own name, which leads to the simulated Azure. @throws Error with the vault's answer */
function ask<Answer>(method: string, host: string, path: string, token: string, body: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const to = { host: "127.0.0.1", port: ports.azure, servername: host, agent: false };
    const asked = request({ ...to, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(JSON.parse(text) as Answer) : reject(new Error(text)),
      );
    });
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}
