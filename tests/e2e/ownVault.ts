/** A Key Vault of the simulated Azure for a test, in a resource group of its own. The deployer may write its secrets. */
import { request } from "node:https";
import { decodeJwt } from "jose";
import { ports } from "../../local/layout.ts";
import { signIn } from "../../local/stack/deployerSignIn.ts";
import { roleAssignmentName, roleDefinitionIdFor } from "../../components/azure/builtInRoles.ts";
import { azure } from "./azureQueries.ts";

const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

export interface OwnVault {
  /** Resource id. */
  id: string;
  /** Stores a new version of a secret. Returns the version. */
  put(secret: string, value: string): Promise<string>;
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
  await roleAssignments.create(id, roleAssignmentName(id, oid, secretsOfficer), {
    ...{ principalId: oid, principalType: "ServicePrincipal" },
    roleDefinitionId: roleDefinitionIdFor(id, secretsOfficer),
  });
  return {
    id,
    async put(secret, value) {
      const answer = await ask(`${name}.vault.azure.net`, `/secrets/${secret}?api-version=7.4`, token, { value });
      return answer.id.split("/").at(-1) ?? "";
    },
    remove: () => resourceGroups.delete(group),
  };
}

/** Writes to a vault at its own name, which leads to the simulated Azure. @throws Error with the vault's answer */
function ask(host: string, path: string, token: string, body: object): Promise<{ id: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Authorization: `Bearer ${token}` };
    const to = { host: "127.0.0.1", port: ports.azure, servername: host, agent: false };
    const asked = request({ ...to, method: "PUT", path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(JSON.parse(text) as { id: string }) : reject(new Error(text)),
      );
    });
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}
