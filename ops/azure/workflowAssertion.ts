/** The OIDC token of a GitHub workflow run. The run's identity uses it to sign in to Azure without a secret. */
import { CouldNotRun } from "../couldNotRun.ts";

const audience = "api://AzureADTokenExchange";

/**
 * Requests a new token from GitHub on every call. Azure refuses a stored token, such as the one the Azure CLI keeps,
 * after five minutes: AADSTS700024.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 * @returns `undefined` outside a job with `id-token: write` that signs in this way (ARM_USE_OIDC)
 */
export function workflowAssertion(env: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "", ARM_USE_OIDC } = env;
  if (url === "" || token === "" || ARM_USE_OIDC !== "true") return undefined;
  return async () => {
    const address = new URL(url);
    address.searchParams.set("audience", audience);
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new CouldNotRun(`GitHub answers ${response.status} to the request for the run's token`);
    return ((await response.json()) as { value: string }).value;
  };
}
