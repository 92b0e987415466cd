/** Settings of secrets that the pods get from a Key Vault. */
import type { DataRoleGrants } from "@tarmac/components/appIdentity/dataRoles";
import { defaultRotation, rotationProblem, type SecretsStoreArgs } from "@tarmac/components/cluster/secretsStore";
import {
  keyVaultBesideProblems,
  keyVaultSecretProblems,
  type KeyVaultSecretsArgs,
  secretNames,
} from "@tarmac/components/workload/keyVaultSecrets";
import { otherSources } from "@tarmac/components/workload/workloadValidation";
import { vaultIdProblem } from "@tarmac/validate/azureResourceId";
import { flag, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { allowing } from "@tarmac/validate/valueCheck";
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { type clusterSettings, ofOwnClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import type { appIdentitySettings } from "./appIdentitySettings.ts";
import type { ValuesOf } from "./readDeclared.ts";
import type { valueSettings } from "./valueSettings.ts";

const ofSecrets = {
  keyVaultId: optionalText({
    description: "Resource id of the existing Key Vault of keyVaultSecrets.",
    problem: vaultIdProblem,
  }),
  keyVaultRotation: text({
    default: defaultRotation,
    description:
      "How often the files of running pods get newer secrets, e.g. 10m, or off; in a cluster that the stack creates.",
    problem: allowing("seconds, minutes, or hours, e.g. `10m`, or `off`", rotationProblem),
  }),
  assignKeyVaultRole: flag({
    default: true,
    description:
      "Let the service's identity read keyVaultSecrets; set to false if the owner of the vault grants the role.",
  }),
};

export const keyVaultSettings = {
  keyVaultSecrets: map<string>({
    default: {},
    description:
      "Secrets of keyVaultId, by the variable or file that the process reads: {DB_PASSWORD: database-password}; needs appIdentity; see docs/secrets.md.",
    problem: allowing(
      "secret, or `SECRET/VERSION`, by variable or path, e.g. `/mnt/secrets-store/key.pem`",
      keyVaultSecretProblems,
    ),
  }),
  ...ofSecrets,
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<
  typeof keyVaultSettings & typeof appIdentitySettings & typeof clusterSettings & typeof valueSettings
> & { writablePaths: Record<string, unknown>; keyVaultCertificate: string | undefined };

const secretsRole = "Key Vault Secrets User";

const hasSecrets = (s: Pick<Settings, "keyVaultSecrets">) => Object.keys(s.keyVaultSecrets).length > 0;

export function keyVaultProblems(s: Settings): FindingOf<Settings>[] {
  if (!hasSecrets(s))
    return unusedFindings(
      s,
      ofSecrets,
      "has no effect without keyVaultSecrets: name the secrets there, or remove this",
    );
  const existing = onExistingCluster(s);
  return [
    [
      "keyVaultSecrets",
      [
        ...(s.appIdentity
          ? []
          : ["needs an identity that reads the secrets: set appIdentity to true, or remove keyVaultSecrets"]),
        ...keyVaultBesideProblems(s.keyVaultSecrets, otherSources(s)),
      ],
    ],
    [
      "keyVaultId",
      s.keyVaultId === undefined
        ? "is required for keyVaultSecrets: use what this command prints: az keyvault show --query id -o tsv -n NAME"
        : undefined,
    ],
    [
      "keyVaultRotation",
      s.keyVaultRotation === defaultRotation
        ? undefined
        : existing
          ? ofOwnClusterOnly
          : s.keyVaultRotation === "off" && s.keyVaultCertificate !== undefined
            ? "off would also keep the certificate of keyVaultCertificate from being renewed: use an interval, or remove this"
            : undefined,
    ],
  ];
}

/** Returns the add-on that the stack's cluster needs, if any. */
export const secretsStoreArgs = (
  s: Pick<Settings, "keyVaultSecrets" | "keyVaultRotation">,
): SecretsStoreArgs | undefined => (hasSecrets(s) ? { rotation: s.keyVaultRotation } : undefined);

/** Returns the name of the vault and its secrets, if the pods get any. */
export const keyVaultArgs = (
  s: Pick<Settings, "keyVaultSecrets" | "keyVaultId">,
): (Pick<KeyVaultSecretsArgs, "secrets"> & { vaultName: string }) | undefined =>
  hasSecrets(s) && s.keyVaultId !== undefined
    ? { vaultName: s.keyVaultId.split("/").at(-1) ?? "", secrets: s.keyVaultSecrets }
    : undefined;

/**
 * Returns the roles of the service's identity; undefined means that the service has no identity. For the secrets of the
 * vault it gets one on each secret, so that it reads no other, unless `appRoles` contains the role already.
 */
export function identityRoles(
  s: ValuesOf<typeof keyVaultSettings & typeof appIdentitySettings>,
): DataRoleGrants | undefined {
  if (!s.appIdentity) return undefined;
  const { keyVaultId: vault } = s;
  if (!hasSecrets(s) || !s.assignKeyVaultRole || vault === undefined) return s.appRoles;
  const granted = s.appRoles[secretsRole] ?? [];
  const has = (id: string) => granted.some((scope) => scope.toLowerCase() === id.toLowerCase());
  const ofSecret = secretNames(s.keyVaultSecrets).map((name) => `${vault}/secrets/${name}`);
  const missing = has(vault) ? [] : ofSecret.filter((id) => !has(id));
  return missing.length === 0 ? s.appRoles : { ...s.appRoles, [secretsRole]: [...granted, ...missing] };
}
