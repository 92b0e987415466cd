/** Signing in to Azure as whoever runs this: the deployer of the environment, or whoever did `az login`. */
import type { TokenCredential } from "@azure/identity";
import { CouldNotRun } from "../couldNotRun.ts";
import { workflowAssertion } from "./workflowAssertion.ts";

export interface Azure {
  credential: TokenCredential;
  subscription: string;
  /** Resource Manager's address. */
  endpoint: string;
  scopes: string[];
}

/** What a stack's settings say about Azure: the first two are those of its Azure provider. */
export interface AzureSettings {
  /** Where Azure is, if it is not the public one. */
  metadataHost?: string;
  subscription?: string;
  /** An Azure registry that the stack uses and did not create. */
  registry?: { name: string; group: string; subscription?: string };
}

/** Who is signed in. */
export interface Principal {
  objectId: string;
  /** A person, and no application or managed identity. */
  person: boolean;
}

/** A subscription in the environment. */
const subscriptionIn = ({ ARM_SUBSCRIPTION_ID, AZURE_SUBSCRIPTION_ID }: NodeJS.ProcessEnv) =>
  [ARM_SUBSCRIPTION_ID, AZURE_SUBSCRIPTION_ID].find((id) => id !== undefined && id !== "");

const publicCloud = {
  resourceManager: "https://management.azure.com",
  loginEndpoint: "https://login.microsoftonline.com",
  audience: "https://management.azure.com",
};

/**
 * The settings come before the environment, as in the Azure provider: both must work in the same subscription.
 * https://github.com/pulumi/pulumi-azure-native/tree/master/provider/pkg/provider (`getConfig("subscriptionId", "ARM_SUBSCRIPTION_ID")`)
 * @throws CouldNotRun that says what is missing
 */
export async function signIn(settings: AzureSettings, env: NodeJS.ProcessEnv = process.env): Promise<Azure> {
  const subscription = settings.subscription ?? subscriptionIn(env);
  if (subscription === undefined) {
    throw new CouldNotRun("no subscription: export ARM_SUBSCRIPTION_ID=$(az account show --query id --output tsv)");
  }
  const host = settings.metadataHost ?? env.ARM_METADATA_HOSTNAME;
  const cloud = host === undefined ? publicCloud : await endpointsOf(host);
  const { ClientAssertionCredential, ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
  const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = env;
  const options = {
    authorityHost: cloud.loginEndpoint,
    ...(host === undefined ? {} : { disableInstanceDiscovery: true }),
  };
  const assertion = workflowAssertion(env);
  const application = ARM_TENANT_ID !== undefined && ARM_CLIENT_ID !== undefined;
  let credential: TokenCredential;
  if (application && ARM_CLIENT_SECRET !== undefined)
    credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, options);
  else if (application && assertion !== undefined)
    credential = new ClientAssertionCredential(ARM_TENANT_ID, ARM_CLIENT_ID, assertion, options);
  else credential = new DefaultAzureCredential(options);
  return {
    credential,
    subscription,
    endpoint: cloud.resourceManager.replace(/\/$/, ""),
    scopes: [`${cloud.audience.replace(/\/$/, "")}/.default`],
  };
}

/** The addresses of the cloud that a metadata host describes, as the Azure provider finds them. */
async function endpointsOf(host: string): Promise<typeof publicCloud> {
  const response = await fetch(`https://${host}/metadata/endpoints?api-version=2022-09-01`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new CouldNotRun(`the metadata host ${host} answers ${response.status}`);
  const { resourceManager, authentication } = (await response.json()) as {
    resourceManager: string;
    authentication: { loginEndpoint: string; audiences: string[] };
  };
  return {
    resourceManager,
    loginEndpoint: authentication.loginEndpoint,
    audience: authentication.audiences[0] ?? resourceManager,
  };
}

/** Every registry accepts tokens for it, also one that refuses those for the Resource Manager (azureADAuthenticationAsArmPolicy). */
const registryScope = "https://containerregistry.azure.net/.default";

/**
 * A password for a registry, for whoever is signed in: an Entra token exchanged for a refresh token. The token is good for
 * registries only: even a registry that keeps it can do nothing else with it.
 * https://azure.github.io/acr/AAD-OAuth.html
 * https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
 * @param loginServer as the Resource Manager lists it; never a host from tags, outputs or images
 * @throws CouldNotRun with the registry's answer
 */
export async function registryPassword(
  { credential }: Pick<Azure, "credential">,
  loginServer: string,
): Promise<string> {
  const token = await credential.getToken(registryScope);
  const response = await fetch(`https://${loginServer}/oauth2/exchange`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "access_token",
      service: loginServer,
      access_token: token?.token ?? "",
    }),
    redirect: "error",
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new CouldNotRun(`${loginServer} answers ${response.status} to the sign-in`);
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}

/**
 * Who is signed in, as the token says. A token that acts for a person has a scope (`scp`); that of an application has none.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @throws CouldNotRun when the sign-in gives no such token
 */
export async function principalOf({ credential, scopes }: Pick<Azure, "credential" | "scopes">): Promise<Principal> {
  const token = (await credential.getToken(scopes))?.token ?? "";
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
      string,
      unknown
    >;
    if (typeof claims.oid !== "string") throw new Error("it has no oid");
    return { objectId: claims.oid, person: typeof claims.scp === "string" };
  } catch (cause) {
    throw new CouldNotRun(`Azure's token does not say who is signed in: ${(cause as Error).message}`, { cause });
  }
}
