/** Signing in to Azure as whoever runs this: the deployer of the environment, or whoever did `az login`. */
import type { TokenCredential } from "@azure/identity";
import { CouldNotRun } from "../couldNotRun.ts";

export interface Azure {
  credential: TokenCredential;
  subscription: string;
  /** Resource Manager's address. */
  endpoint: string;
  scopes: string[];
}

/** Where Azure is, if it is not the public one: the settings that the stack gives its Azure provider. */
export interface AzureSettings {
  metadataHost?: string;
  subscription?: string;
}

const publicCloud = {
  resourceManager: "https://management.azure.com",
  loginEndpoint: "https://login.microsoftonline.com",
  audience: "https://management.azure.com",
};

/** @throws CouldNotRun that says what is missing */
export async function signIn(settings: AzureSettings, env: NodeJS.ProcessEnv = process.env): Promise<Azure> {
  const subscription = env.ARM_SUBSCRIPTION_ID ?? env.AZURE_SUBSCRIPTION_ID ?? settings.subscription;
  if (subscription === undefined) {
    throw new CouldNotRun("no subscription: export ARM_SUBSCRIPTION_ID=$(az account show --query id --output tsv)");
  }
  const host = env.ARM_METADATA_HOSTNAME ?? settings.metadataHost;
  const cloud = host === undefined ? publicCloud : await endpointsOf(host);
  const { ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
  const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = env;
  const options = {
    authorityHost: cloud.loginEndpoint,
    ...(host === undefined ? {} : { disableInstanceDiscovery: true }),
  };
  const credential =
    ARM_TENANT_ID !== undefined && ARM_CLIENT_ID !== undefined && ARM_CLIENT_SECRET !== undefined
      ? new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, options)
      : new DefaultAzureCredential(options);
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

/**
 * A password for a registry, for whoever is signed in: an Entra token exchanged for a refresh token.
 * https://azure.github.io/acr/AAD-OAuth.html
 * @throws CouldNotRun with the registry's answer
 */
export async function registryPassword(azure: Azure, loginServer: string): Promise<string> {
  const token = await azure.credential.getToken(azure.scopes);
  const response = await fetch(`https://${loginServer}/oauth2/exchange`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "access_token",
      service: loginServer,
      access_token: token?.token ?? "",
    }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new CouldNotRun(`${loginServer} answers ${response.status} to the sign-in`);
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}
