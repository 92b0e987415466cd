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
import { flag, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { allowing, listedTwiceProblems } from "@tarmac/validate/valueCheck";
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { type clusterSettings, ofOwnClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import type { appIdentitySettings } from "./appIdentitySettings.ts";
import type { ValuesOf } from "./readDeclared.ts";
import type { valueSettings } from "./valueSettings.ts";

const ofAnySecrets = {
  keyVaultId: optionalText({
    description: "Resource id of the existing Key Vault of keyVaultSecrets and keyVaultReads.",
    problem: vaultIdProblem,
  }),
  assignKeyVaultRole: flag({
    default: true,
    description:
      "Let the service's identity read keyVaultSecrets and keyVaultReads; set to false if the owner of the vault grants the role.",
  }),
};

const ofMountedSecrets = {
  keyVaultRotation: text({
    default: defaultRotation,
    description:
      "How often the files of running pods get newer secrets, e.g. 10m, or off; in a cluster that the stack creates.",
    problem: allowing("seconds, minutes, or hours, e.g. `10m`, or `off`", rotationProblem),
  }),
};

export const keyVaultSettings = {
  keyVaultSecrets: map<string>({
    default: {},
    description:
      "Secrets of the vault, by the variable or file that the process reads: {DB_PASSWORD: database-password}; needs appIdentity, and keyVaultId or ownKeyVault; see docs/secrets.md.",
    problem: allowing(
      "secret, or `SECRET/VERSION`, by variable or path, e.g. `/mnt/secrets-store/key.pem`",
      keyVaultSecretProblems,
    ),
  }),
  keyVaultReads: list({
    default: [],
    description:
      "Secrets of the vault that the service reads itself, with its identity, at the address in KEY_VAULT_URL; needs appIdentity.",
    problem: allowing("names of secrets, e.g. `database-password`", secretNamesProblem),
  }),
  ...ofAnySecrets,
  ...ofMountedSecrets,
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<
  typeof keyVaultSettings & typeof appIdentitySettings & typeof clusterSettings & typeof valueSettings
> & { writablePaths: Record<string, unknown>; keyVaultCertificate: string | undefined; ownKeyVault: boolean };

const secretsRole = "Key Vault Secrets User";

/** The variable with the address of the vault. */
const vaultUrlVariable = "KEY_VAULT_URL";

const hasSecrets = (s: Pick<Settings, "keyVaultSecrets">) => Object.keys(s.keyVaultSecrets).length > 0;
const reads = (s: Pick<Settings, "keyVaultReads">) => s.keyVaultReads.length > 0;

export function keyVaultProblems(s: Settings): FindingOf<Settings>[] {
  const vault = [
    "keyVaultId",
    s.keyVaultId === undefined && !s.ownKeyVault
      ? "is required for keyVaultSecrets and keyVaultReads, or set ownKeyVault to true: use what this command prints: az keyvault show --query id -o tsv -n NAME"
      : undefined,
  ] satisfies FindingOf<Settings>;
  const needsIdentity = (key: "keyVaultSecrets" | "keyVaultReads") =>
    s.appIdentity ? undefined : `needs an identity that reads the secrets: set appIdentity to true, or remove ${key}`;
  const variable = otherSources(s).variables;
  const taken = Object.entries(variable).find(([, values]) => Object.hasOwn(values, vaultUrlVariable))?.[0];
  return [
    ...(hasSecrets(s) || reads(s)
      ? [vault]
      : unusedFindings(
          s,
          ofAnySecrets,
          "has no effect without keyVaultSecrets or keyVaultReads: name the secrets there, or remove this",
        )),
    ...(reads(s)
      ? ([
          ["keyVaultReads", needsIdentity("keyVaultReads")],
          [
            "keyVaultReads",
            taken === undefined
              ? undefined
              : `sets the variable ${vaultUrlVariable}, which is also in ${taken}: remove it there`,
          ],
        ] satisfies FindingOf<Settings>[])
      : []),
    ...(hasSecrets(s)
      ? mountedProblems(s, needsIdentity("keyVaultSecrets"))
      : unusedFindings(
          s,
          ofMountedSecrets,
          "has no effect without keyVaultSecrets: name the secrets there, or remove this",
        )),
  ];
}

/** Returns the problems of secrets that the driver brings into the pods. */
function mountedProblems(s: Settings, identity: string | undefined): FindingOf<Settings>[] {
  const rotation =
    s.keyVaultRotation === defaultRotation
      ? undefined
      : onExistingCluster(s)
        ? ofOwnClusterOnly
        : s.keyVaultRotation === "off" && s.keyVaultCertificate !== undefined
          ? "off would also keep the certificate of keyVaultCertificate from being renewed: use an interval, or remove this"
          : undefined;
  const beside = keyVaultBesideProblems(s.keyVaultSecrets, otherSources(s));
  return [
    ["keyVaultSecrets", [...(identity === undefined ? [] : [identity]), ...beside]],
    ["keyVaultRotation", rotation],
  ];
}

/** Returns the problems of names of secrets. */
function secretNamesProblem(names: readonly string[]): string[] {
  const wrong = names.filter((name) => !/^[0-9a-z-]{1,127}$/i.test(name));
  return wrong.length > 0
    ? wrong.map((name) => `"${name}" is not the name of a secret: use letters, digits, and "-", without a version`)
    : listedTwiceProblems(names.map((name) => name.toLowerCase()));
}

/** Returns the add-on that the stack's cluster needs, if any. */
export const secretsStoreArgs = (
  s: Pick<Settings, "keyVaultSecrets" | "keyVaultRotation">,
): SecretsStoreArgs | undefined => (hasSecrets(s) ? { rotation: s.keyVaultRotation } : undefined);

/** Returns the secrets that the pods get, if any, and the name of their vault if it is an existing one. */
export const keyVaultArgs = (
  s: Pick<Settings, "keyVaultSecrets" | "keyVaultId">,
): (Pick<KeyVaultSecretsArgs, "secrets"> & { vaultName: string | undefined }) | undefined =>
  hasSecrets(s) ? { vaultName: s.keyVaultId?.split("/").at(-1), secrets: s.keyVaultSecrets } : undefined;

/** Returns the variable with the address of the vault, for a service that reads secrets itself. */
export const vaultVariables = <T>(
  s: Pick<Settings, "keyVaultReads" | "keyVaultId">,
  ownUrl: T | undefined,
): Record<string, T | string> | undefined => {
  const url = ownUrl ?? (s.keyVaultId && `https://${s.keyVaultId.split("/").at(-1)?.toLowerCase()}.vault.azure.net`);
  return reads(s) && url !== undefined ? { [vaultUrlVariable]: url } : undefined;
};

/** Returns the names of the secrets that the service's identity may read, by itself or through the driver. */
export const readSecrets = (s: Pick<Settings, "keyVaultSecrets" | "keyVaultReads">): string[] => {
  const mounted = secretNames(s.keyVaultSecrets);
  const has = (name: string) => mounted.some((one) => one.toLowerCase() === name.toLowerCase());
  return [...mounted, ...s.keyVaultReads.filter((name) => !has(name))];
};

/** Returns the secrets of the stack's own vault that the identity may read, if the stack grants the role. */
export const ownVaultGrants = (
  s: Pick<Settings, "keyVaultSecrets" | "keyVaultReads" | "ownKeyVault" | "appIdentity" | "assignKeyVaultRole">,
): string[] => (s.ownKeyVault && s.appIdentity && s.assignKeyVaultRole ? readSecrets(s) : []);

/**
 * Returns the roles of the service's identity on existing resources; undefined means that the service has no identity. For the
 * secrets of the vault it gets one on each secret, so that it reads no other, unless `appRoles` contains the role already.
 */
export function identityRoles(
  s: ValuesOf<typeof keyVaultSettings & typeof appIdentitySettings>,
): DataRoleGrants | undefined {
  if (!s.appIdentity) return undefined;
  const { keyVaultId: vault } = s;
  if (!s.assignKeyVaultRole || vault === undefined) return s.appRoles;
  const granted = s.appRoles[secretsRole] ?? [];
  const has = (id: string) => granted.some((scope) => scope.toLowerCase() === id.toLowerCase());
  const ofSecret = readSecrets(s).map((name) => `${vault}/secrets/${name}`);
  const missing = has(vault) ? [] : ofSecret.filter((id) => !has(id));
  return missing.length === 0 ? s.appRoles : { ...s.appRoles, [secretsRole]: [...granted, ...missing] };
}
