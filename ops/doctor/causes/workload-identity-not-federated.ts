import { azureSignInOf, signInEvidence } from "../facts/podSignIn.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { quoteDriver, vaultMountOf } from "../facts/vaultMount.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

/**
 * The part of the token that no federated credential matches:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const parts: Readonly<Record<string, string>> = {
  // The identity has no credential.
  AADSTS70025: "issuer, subject or audience",
  AADSTS70021: "issuer, subject or audience",
  AADSTS700211: "issuer",
  AADSTS700212: "audience",
  AADSTS700213: "subject",
};

/** The sign-in of the driver that mounts secrets of a Key Vault, as the identity that the SecretProviderClass names. */
function driversSignIn(pod: PodFacts) {
  const mount = vaultMountOf(pod);
  if (mount?.kind !== "sign-in") return undefined;
  const serviceAccount = pod.pod.spec?.serviceAccountName ?? "default";
  const clientId = /The client '([0-9a-f-]{36})'/.exec(mount.said)?.[1];
  return { serviceAccount, mount, code: mount.code, line: mount.said, clientId };
}

const audience = "api://AzureADTokenExchange";

export const workloadIdentityNotFederated = podCause({
  code: "workload-identity-not-federated",
  stage: "run",
  recovery: "possible",
  over: [
    ...["application-error", "dependency-unreachable", "not-ready-by-itself", "exits-by-itself"],
    "volume-not-mounted",
  ],
  proof: (pod) => {
    const signIn = azureSignInOf(pod) ?? driversSignIn(pod);
    const part = signIn?.code === undefined ? undefined : parts[signIn.code];
    return signIn === undefined || part === undefined ? undefined : { signIn, part };
  },
  claim: (pod, { signIn, part }) => {
    const { stack } = pod.observation.target;
    const subject = `system:serviceaccount:${pod.namespace}:${signIn.serviceAccount}`;
    const { group, cluster } = aksOptions(pod);
    const issuer = `$(az aks show --resource-group ${group} --name ${cluster} --query oidcIssuerProfile.issuerUrl --output tsv)`;
    const presented = /(?:subject|audience|issuer) '([^']+)'/i.exec(signIn.line)?.[1];
    const find = signIn.clientId === undefined ? "" : ` --query ${quoted(`[?clientId=='${signIn.clientId}']`)}`;
    return {
      title: `Entra trusts no token with this ${part}${presented === undefined ? "" : ` ("${presented}")`}: the identity has no federated credential for "${subject}" of this cluster`,
      ...("container" in signIn && { container: signIn.container.name }),
      evidence: "container" in signIn ? signInEvidence(signIn) : [quoteDriver(signIn.mount)],
      mend: [
        ...(stack === undefined || "container" in signIn
          ? []
          : [
              run(
                "The setting appIdentity creates the credential. If somebody deleted or changed it, restore it:",
                `pulumi up --refresh --stack ${stack}`,
              ),
            ]),
        run("Find the identity's name and group:", `az identity list${find} --output table`),
        run(
          "Show what it trusts now:",
          "az identity federated-credential list --identity-name NAME --resource-group GROUP --output table",
        ),
        run(
          "Let it trust this ServiceAccount:",
          `az identity federated-credential create --name ${signIn.serviceAccount} --identity-name NAME --resource-group GROUP --issuer ${issuer} --subject ${subject} --audiences ${audience}`,
        ),
        {
          say: "A new credential takes effect after some seconds. The libraries retry automatically, and a crashed pod retries when it restarts.",
        },
      ],
    };
  },
});
