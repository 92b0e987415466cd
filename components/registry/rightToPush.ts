/**
 * Checks whether the signed-in identity may push. A registry signs in every identity of its tenant, and refuses a push
 * only in the middle of it. A new grant takes effect only once it has reached the registry.
 */
import * as pulumi from "@pulumi/pulumi";
import { decodeJwt } from "jose";
import { requestAccessToken } from "./accessTokenRequest.ts";

/**
 * Retries until the identity may push.
 * @param repository e.g. "team/hello"
 * @param attempts maximum number of checks; 1 if no new grant is expected. Default: 60, which is 10 minutes
 * @throws pulumi.RunError with the registry, the repository and the roles that count
 */
export async function awaitRightToPush(
  loginServer: string,
  refreshToken: string,
  repository: string,
  { attempts = 60, pauseMilliseconds = 10_000 } = {},
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    if (await mayPush(loginServer, refreshToken, repository)) return;
    if (attempt === 1 && attempts > 1)
      void pulumi.log.info(
        `waiting until the right to push has propagated to ${loginServer}`,
        undefined,
        undefined,
        true,
      );
  }
  throw new pulumi.RunError(
    `the deploying identity may not push to ${loginServer}/${repository}. It needs the role AcrPush, Contributor, or Owner on the ` +
      "registry. If the role assignment mode of the registry is RBAC Registry + ABAC Repository Permissions, it needs Container Registry Repository " +
      "Writer (set tarmac:registryPushers for the registry of the stack). A new role assignment takes a few minutes to propagate: run the update again.",
  );
}

/** An unclear answer counts as yes: the push itself reports the error. */
async function mayPush(loginServer: string, refreshToken: string, repository: string): Promise<boolean> {
  const response = await requestAccessToken(loginServer, refreshToken, repository, ["pull", "push"]).catch(
    () => undefined,
  );
  if (response === undefined) return true;
  if (!response.ok) return response.status !== 401 && response.status !== 403;
  try {
    const { access_token: token = "" } = (await response.json()) as { access_token?: string };
    const { access } = decodeJwt(token) as { access?: { name: string; actions: string[] }[] };
    if (access === undefined) return true;
    return access.some(
      ({ name, actions }) => name === repository && (actions.includes("push") || actions.includes("*")),
    );
  } catch {
    return true;
  }
}
