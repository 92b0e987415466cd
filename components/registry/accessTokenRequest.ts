/**
 * Asks an Azure container registry to exchange a refresh token for an access token. Who asks decides what a refusal means.
 * https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 * @param repository e.g. "team/hello"
 * @param actions e.g. "pull", "push", "delete", "metadata_read"
 * @throws TypeError or DOMException when the registry does not answer within 30 seconds
 */
export const requestAccessToken = (
  loginServer: string,
  refreshToken: string,
  repository: string,
  actions: readonly string[],
): Promise<Response> =>
  fetch(`https://${loginServer}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      ...{ grant_type: "refresh_token", service: loginServer, refresh_token: refreshToken },
      scope: `repository:${repository}:${actions.join(",")}`,
    }),
    redirect: "error",
    signal: AbortSignal.timeout(30_000),
  });
