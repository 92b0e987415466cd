/** Signs in to Azure as the current user: the environment's deployer, or the account of `az login`. */
import type { TokenCredential } from "@azure/identity";
import { CouldNotRun } from "../couldNotRun.ts";
import { workflowAssertion } from "./workflowAssertion.ts";

export interface Azure {
  credential: TokenCredential;
  subscription: string;
  /** Address of the Resource Manager. */
  endpoint: string;
  scopes: string[];
}

/** Azure settings of a stack. The first two are those of its Azure provider. */
export interface AzureSettings {
  /** The app, as in the tag `app` of what the program creates. Absent: unknown. */
  app?: string;
  /** Metadata host of a cloud other than public Azure. */
  metadataHost?: string;
  subscription?: string;
  /** An existing Azure registry that the stack uses but did not create. */
  registry?: { name: string; group: string; subscription?: string };
}

/** The signed-in identity. */
export interface Principal {
  objectId: string;
  /** True for a person, false for an application or managed identity. */
  person: boolean;
}

/** The subscription named in environment variables. */
const subscriptionIn = ({ ARM_SUBSCRIPTION_ID, AZURE_SUBSCRIPTION_ID }: NodeJS.ProcessEnv) =>
  [ARM_SUBSCRIPTION_ID, AZURE_SUBSCRIPTION_ID].find((id) => id !== undefined && id !== "");

const publicCloud = {
  resourceManager: "https://management.azure.com",
  loginEndpoint: "https://login.microsoftonline.com",
  audience: "https://management.azure.com",
};

/**
 * Settings take precedence over the environment, as in the Azure provider: both must work in the same subscription.
 * https://github.com/pulumi/pulumi-azure-native/tree/master/provider/pkg/provider (`getConfig("subscriptionId",
 * "ARM_SUBSCRIPTION_ID")`)
 * @throws CouldNotRun saying what is missing
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

/** The endpoints of the cloud that a metadata host describes, found the same way as the Azure provider does. */
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

/**
 * Every registry accepts tokens for this scope, even if it refuses Resource Manager tokens
 * (azureADAuthenticationAsArmPolicy).
 */
const registryScope = "https://containerregistry.azure.net/.default";

/**
 * A registry password for the signed-in identity: an Entra token exchanged for a refresh token. The token works for
 * registries only, so a registry that keeps it cannot use it elsewhere.
 * https://azure.github.io/acr/AAD-OAuth.html
 * https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
 * @param loginServer as listed by the Resource Manager; never a host from tags, outputs or images
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
 * The signed-in identity according to the token. A token that acts for a person has a scope (`scp`); an application's
 * token has none.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @throws CouldNotRun if the sign-in gives no such token
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
