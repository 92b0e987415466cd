/** The token of a GitHub workflow's run, by which its identity signs in to Azure without a secret. */
import { CouldNotRun } from "../couldNotRun.ts";

const audience = "api://AzureADTokenExchange";

/**
 * Asks GitHub for a token of the run whenever it is called. One that is kept, as the Azure CLI keeps that of its sign-in, is
 * refused after five minutes: AADSTS700024.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 * @returns `undefined` outside of a job with `id-token: write` that signs in this way (ARM_USE_OIDC)
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
