/** Settings of the identity that the service uses to sign in to Azure. */
import { dataRoles, roleGrantProblems } from "@tarmac/components/appIdentity/dataRoles";
import { flag, map, optionalText } from "@tarmac/validate/settingDeclaration";
import { allowing } from "@tarmac/validate/valueCheck";
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { type clusterSettings, ofExistingClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Checks the form of an issuer's URL: https://learn.microsoft.com/azure/aks/use-oidc-issuer */
const issuerProblem = (url: string): string | undefined =>
  /^https:\/\/[^\s/?#]+\/\S*$/.test(url)
    ? undefined
    : `"${url}" is not the URL of an OIDC issuer: use what this command prints: az aks show --query oidcIssuerProfile.issuerUrl -o tsv -g GROUP -n CLUSTER`;

const ofAppIdentity = {
  appRoles: map<string[]>({
    default: {},
    description:
      "Roles of the service's identity on data, each with the resource ids that it is granted on: {Key Vault Secrets User: [/subscriptions/.../vaults/shop]}; see docs/identity.md.",
    problem: allowing(
      `lists of resource ids by role: ${Object.keys(dataRoles)
        .map((role) => `\`${role}\``)
        .join(", ")}`,
      roleGrantProblems,
    ),
  }),
  oidcIssuer: optionalText({
    description: "URL of the OIDC issuer of the existing cluster, with kubeContext or kubeconfig.",
    problem: issuerProblem,
  }),
};

export const appIdentitySettings = {
  appIdentity: flag({
    default: false,
    description:
      "Give the service an identity of its own, with which its pods sign in to Azure without a secret (workload identity).",
  }),
  ...ofAppIdentity,
};

type Settings = ValuesOf<typeof appIdentitySettings & typeof clusterSettings>;

/** Returns the problems of the identity's settings in combination. */
export function appIdentityProblems(s: Settings): FindingOf<Settings>[] {
  if (!s.appIdentity)
    return unusedFindings(
      s,
      ofAppIdentity,
      "has no effect without appIdentity: set appIdentity to true, or remove this",
    );
  const existing = onExistingCluster(s);
  return [
    [
      "oidcIssuer",
      existing && s.oidcIssuer === undefined
        ? "is required for appIdentity on an existing cluster: use what this command prints: az aks show --query oidcIssuerProfile.issuerUrl -o tsv -g GROUP -n CLUSTER"
        : !existing && s.oidcIssuer !== undefined
          ? ofExistingClusterOnly
          : undefined,
    ],
  ];
}
