/**
 * May somebody who is signed in push? A registry signs in everybody of its tenant and says only later, in the middle of a
 * push, who may do what; and a role that was granted a moment ago counts only when the registry knows of it.
 */
import * as pulumi from "@pulumi/pulumi";
import { decodeJwt } from "jose";

/**
 * Asks until the right is there.
 * @param repository e.g. "team/hello"
 * @param attempts how often to ask; 1 where no grant is on its way. Default: 60, which is 10 minutes
 * @throws pulumi.RunError that names registry, repository and the roles that are looked at
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

/** What cannot be told counts as yes: the push itself will say. */
async function mayPush(loginServer: string, refreshToken: string, repository: string): Promise<boolean> {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service: loginServer,
    scope: `repository:${repository}:pull,push`,
    refresh_token: refreshToken,
  });
  const response = await fetch(`https://${loginServer}/oauth2/token`, { method: "POST", body: form }).catch(
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
