/** The identities of the rehearsal's workflows in the simulated Azure. Each trusts the runs of one subject and has no secret. */
import { createHash } from "node:crypto";
import { ports } from "../../local/layout.ts";
import { options, signIn } from "../../local/stack/deployerSignIn.ts";

const endpoint = `https://localhost:${ports.azure}`;
const group = "rehearsal-identities";

const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const accessAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
/** The local cluster has local accounts, so an identity that reads it needs their credentials. */
const clusterAdmin = "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8";

const deploying = [contributor, accessAdministrator];
const reading = [reader, clusterAdmin];

export interface CloudIdentities {
  /** Client ids of the previewing identity, of the drift check, and of each environment. */
  preview: string;
  drift: string;
  environments: Record<string, string>;
}

/** @param repository "OWNER/NAME" */
export async function createIdentities(repository: string, environments: readonly string[]): Promise<CloudIdentities> {
  await arm("PUT", `resourceGroups/${group}?api-version=2024-03-01`, { location: "swedencentral" });
  const subject = (rest: string) => `repo:${repository}:${rest}`;
  const preview = await createIdentity("preview", subject("pull_request"), reading);
  const drift = await createIdentity("drift", subject("ref:refs/heads/main"), reading);
  const own: Record<string, string> = {};
  for (const name of environments)
    own[name] = await createIdentity(`deploy-${name}`, subject(`environment:${name}`), deploying);
  return { preview, drift, environments: own };
}

/** Also removes what a killed rehearsal left. */
export async function removeIdentities(): Promise<void> {
  const { value } = (await arm("GET", "providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01")) as {
    value: { name: string; properties: { description?: string | null } }[];
  };
  for (const { name, properties } of value)
    if (properties.description === group)
      await arm("DELETE", `providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`);
  await arm("DELETE", `resourceGroups/${group}?api-version=2024-03-01`, undefined, [404]);
}

/** @returns the client id */
async function createIdentity(name: string, subject: string, roles: readonly string[]): Promise<string> {
  const path = `resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/rehearsal-${name}`;
  const version = "?api-version=2023-01-31";
  const { properties } = (await arm("PUT", `${path}${version}`, { location: "swedencentral" })) as {
    properties: { clientId: string; principalId: string };
  };
  await arm("PUT", `${path}/federatedIdentityCredentials/workflow${version}`, {
    properties: { issuer: `${endpoint}/simulation/workflows`, subject, audiences: ["api://AzureADTokenExchange"] },
  });
  for (const role of roles) {
    const definition = `/subscriptions/${signIn().subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    await arm(
      "PUT",
      `providers/Microsoft.Authorization/roleAssignments/${idOf(properties.principalId, role)}?api-version=2022-04-01`,
      {
        properties: {
          ...{ roleDefinitionId: definition, principalId: properties.principalId, principalType: "ServicePrincipal" },
          description: group,
        },
      },
    );
  }
  return properties.clientId;
}

/** A GUID that is the same for the same parts. */
function idOf(...parts: string[]): string {
  const hash = createHash("sha256").update(parts.join("\0")).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/**
 * @param path below the subscription
 * @throws Error with Azure's answer, unless its status is one of `accepted`
 */
async function arm(method: string, path: string, body?: object, accepted: readonly number[] = []): Promise<unknown> {
  const { credential, subscription } = signIn();
  const { token } = await credential.getToken(options.credentials.scopes);
  const answer = await fetch(`${endpoint}/subscriptions/${subscription}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok && !accepted.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
