/** Access tokens of an Azure registry, for what the signed-in identity may do there. */
import { requestAccessToken } from "@tarmac/components/registry/accessTokenRequest";
import { CouldNotRun } from "../couldNotRun.ts";
import { existing } from "./azureResources.ts";
import { type Azure, registryPassword } from "./signIn.ts";

/** The identity's roles do not allow an operation on a repository. */
export class RegistryRefusal extends CouldNotRun {
  override readonly name = "RegistryRefusal";
}

export interface AccessToken {
  token: string;
  /** Which of the requested actions it allows. */
  actions: readonly string[];
}

/**
 * Exchanges a refresh token (see `registryPassword`) for an access token.
 * @param actions e.g. "pull", "delete", "metadata_read"
 * @throws RegistryRefusal if none of the actions is allowed
 */
export async function accessToken(
  loginServer: string,
  refreshToken: string,
  repository: string,
  actions: readonly string[],
): Promise<AccessToken> {
  const answer = await requestAccessToken(loginServer, refreshToken, repository, actions);
  if (!answer.ok) throw refusalOf(loginServer, actions, `${answer.status} to the sign-in`);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { token, actions: actionsIn(token, repository) };
}

/** Registries sign their tokens, but do not hide what is in them. */
function actionsIn(token: string, repository: string): string[] {
  try {
    const { access = [] } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      access?: { name?: string; actions?: string[] }[];
    };
    return access.flatMap(({ name, actions = [] }) => (name === repository ? actions : []));
  } catch {
    return [];
  }
}

/** Names the roles that are missing. */
export const refusalOf = (loginServer: string, actions: readonly string[], answer?: string): RegistryRefusal => {
  const [verb, role, repositoryRole] = actions.includes("delete")
    ? (["delete", "AcrDelete", "Contributor"] as const)
    : actions.includes("push")
      ? (["push", "AcrPush", "Writer"] as const)
      : (["read", "AcrPull", "Reader"] as const);
  return new RegistryRefusal(
    `${loginServer} does not let the signed-in identity ${verb}: that needs the role ${role} there, or ` +
      `Container Registry Repository ${repositoryRole} if the registry uses repository permissions` +
      (answer === undefined ? "" : ` (${answer})`),
  );
};

/**
 * The password for a registry that a state or a setting names. Only the login server that Azure names for the resource gets
 * the token.
 * @param id resource id of the registry
 * @throws CouldNotRun if Azure names another login server, or none
 */
export async function passwordOf(
  azure: Azure,
  { id, loginServer }: { id: string; loginServer: string },
): Promise<string> {
  const { ContainerRegistryManagementClient } = await import("@azure/arm-containerregistry");
  const [, , subscription = azure.subscription, , group = "", , , , name = ""] = id.split("/");
  const client = new ContainerRegistryManagementClient(azure.credential, subscription, {
    endpoint: azure.endpoint,
    credentials: { scopes: azure.scopes },
  });
  const found = await existing(client.registries.get(group, name));
  if (found?.loginServer !== loginServer)
    throw new CouldNotRun(
      `Azure has no registry ${loginServer} with the id ${id}, which the state names: run an update of the stack first`,
    );
  return registryPassword(azure, loginServer);
}
