/**
 * Signs in to an Azure container registry as the identity that runs `pulumi up`. No admin user and no password in the
 * configuration are needed.
 *
 * The registry exchanges the deployer's Entra token for a refresh token, which works as a password for three hours.
 * https://azure.github.io/acr/AAD-OAuth.html
 */
import * as pulumi from "@pulumi/pulumi";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { awaitRightToPush } from "./rightToPush.ts";

/** The user name to use with a refresh token. */
export const refreshTokenUser = "00000000-0000-0000-0000-000000000000";

/**
 * The audience of the Entra token. Every registry accepts it, even registries that refuse Resource Manager tokens, as
 * Microsoft recommends and a built-in policy enforces.
 * https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
 */
export const registryAudience = "https://containerregistry.azure.net";

export interface RegistryCredentials {
  /** User name at the registry. */
  username: string;
  /**
   * Password of the user; a secret. With Azure sign-in it is empty in a preview, which pushes nothing and needs no
   * sign-in.
   */
  password: pulumi.Output<string>;
}

export interface SignInOptions extends pulumi.InvokeOutputOptions {
  /** Repository to push to. The right to push is checked before a build. @default nothing is pushed */
  repository?: string;
  /** New grants of the right to push, which may take minutes to reach the registry. @default none */
  grants?: readonly pulumi.Resource[];
}

/** Returns credentials for an Azure container registry, for the identity that the azure-native provider uses. */
export function signInToRegistry(
  loginServer: pulumi.Input<string>,
  { repository, grants = [], ...opts }: SignInOptions = {},
): RegistryCredentials {
  const password = pulumi.runtime.isDryRun()
    ? pulumi.output("")
    : pulumi
        .all([
          loginServer,
          getClientTokenOutput({ endpoint: registryAudience }, opts),
          pulumi.all(grants.map(({ urn }) => urn)),
        ])
        .apply(async ([server, { token }]) => {
          const refreshToken = await exchangeForRefreshToken(server, token);
          if (repository !== undefined)
            await awaitRightToPush(server, refreshToken, repository, grants.length > 0 ? {} : { attempts: 1 });
          return refreshToken;
        });
  return { username: refreshTokenUser, password: pulumi.secret(password) };
}

/**
 * Exchanges an Entra access token for a registry refresh token.
 *
 * The DNS name of a new registry may not resolve yet. So failed connections and server errors are retried for two
 * minutes. A refusal (401, 403) is final.
 * @throws Error with the registry, its answer and the fix
 */
export async function exchangeForRefreshToken(
  loginServer: string,
  accessToken: string,
  { attempts = 12, pauseMilliseconds = 10_000 } = {},
): Promise<string> {
  const form = new URLSearchParams({ grant_type: "access_token", service: loginServer, access_token: accessToken });
  let problem = "";
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    let response: Response;
    try {
      response = await fetch(`https://${loginServer}/oauth2/exchange`, { method: "POST", body: form });
    } catch (error) {
      problem =
        error instanceof Error ? [error.message, messageOf(error.cause)].filter(Boolean).join(": ") : String(error);
      continue;
    }
    const text = await response.text();
    const token = response.ok ? refreshTokenIn(text) : undefined;
    if (token !== undefined) return token;
    problem = `HTTP ${response.status} ${text.slice(0, 300)}`;
    if (response.status < 500 && response.status !== 429) break;
  }
  throw new Error(
    `cannot sign in to the registry ${loginServer}: ${problem}. ` +
      `Check that the deploying identity may push there (role AcrPush, Contributor, or Owner), and that this machine can reach the registry.`,
  );
}

/** Returns `undefined` for any other answer: a proxy in between may answer 200 with a web page. */
function refreshTokenIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { refresh_token?: string } | null)?.refresh_token;
  } catch {
    return undefined;
  }
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
