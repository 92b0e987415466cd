/** Settings of a Key Vault that the stack creates. */
import { principalTypes, type PrincipalType } from "@tarmac/components/azure/builtInRoles";
import { keyVaultDefaults, type KeyVaultArgs, retentionBounds } from "@tarmac/components/keyVault";
import { vaultRangesProblem } from "@tarmac/validate/addressRange";
import { vaultDnsZone } from "@tarmac/validate/azureResourceId";
import { vaultNameProblem } from "@tarmac/validate/azureNames";
import { flag, integer, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { allowing } from "@tarmac/validate/valueCheck";
import { endpointZone, type FindingOf, principalsProblem, range, unusedFindings } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

const ofOwnVault = {
  keyVaultName: optionalText({
    description: "Name of the vault of ownKeyVault, globally unique. Default: the app name and a random suffix.",
    problem: allowing("3 to 24 letters, digits and single `-`", vaultNameProblem),
  }),
  keyVaultPurgeProtection: flag({
    default: keyVaultDefaults.purgeProtection,
    description:
      "Let nobody purge the deleted vault or its deleted secrets before keyVaultRetentionDays have passed; cannot be turned off again.",
  }),
  keyVaultRetentionDays: integer({
    default: keyVaultDefaults.retentionDays,
    description: "Days for which the deleted vault and its deleted secrets can be recovered. Cannot be changed later.",
    problem: range(...retentionBounds),
  }),
  keyVaultWriters: map<PrincipalType>({
    default: keyVaultDefaults.writers,
    description:
      "Who may write and read all secrets of the vault of ownKeyVault: principal type by object id. Default: nobody, not even the deployer.",
    problem: allowing(`object ids with ${principalTypes.join(", ")}`, principalsProblem),
  }),
  keyVaultAllowedRanges: list({
    default: [...keyVaultDefaults.allowedRanges],
    description:
      "Public addresses that may reach the vault of ownKeyVault; include the nodes' and the writers'. Default: all, or none with privateRegistry.",
    problem: allowing("IPv4 addresses and ranges, e.g. `203.0.113.0/24`", vaultRangesProblem),
  }),
  keyVaultDnsZone: text({
    default: "own",
    description:
      "Private DNS zone of the vault of ownKeyVault with privateRegistry: own (the stack creates one), the resource id of a shared zone, or none (a policy enters the address).",
    problem: endpointZone(vaultDnsZone),
  }),
};

export const ownKeyVaultSettings = {
  ownKeyVault: flag({
    default: false,
    description:
      "Create a Key Vault for the secrets of the service, with a private endpoint if the registry has one (privateRegistry); see docs/secrets.md.",
  }),
  ...ofOwnVault,
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<typeof ownKeyVaultSettings> & {
  privateRegistry: boolean;
  privateEndpointRange: string;
  ownNetwork: boolean;
  keyVaultReads: string[];
  keyVaultId: string | undefined;
};

/** Returns the problems of the settings of the stack's own vault in combination. */
export function ownKeyVaultProblems(s: Settings): FindingOf<Settings>[] {
  if (!s.ownKeyVault)
    return unusedFindings(s, ofOwnVault, "has no effect without ownKeyVault: set ownKeyVault to true, or remove this");
  return [
    [
      "ownKeyVault",
      s.keyVaultId === undefined
        ? undefined
        : "creates a vault, but keyVaultId names an existing one: remove one of the two",
    ],
    [
      "keyVaultDnsZone",
      !s.privateRegistry && s.keyVaultDnsZone !== ofOwnVault.keyVaultDnsZone.default
        ? "applies only to a vault with a private endpoint: set privateRegistry to true, or remove this"
        : undefined,
    ],
  ];
}

/** Returns the arguments of the stack's own vault; undefined means that there is none. */
export const ownKeyVaultArgs = (
  s: Omit<Settings, "keyVaultReads">,
): Omit<KeyVaultArgs, "resourceGroupName"> | undefined =>
  s.ownKeyVault
    ? {
        vaultName: s.keyVaultName,
        purgeProtection: s.keyVaultPurgeProtection,
        retentionDays: s.keyVaultRetentionDays,
        privateOnly: s.privateRegistry,
        allowedRanges: s.keyVaultAllowedRanges,
        writers: s.keyVaultWriters,
      }
    : undefined;

/** Returns the address ranges of the vault that the pods of a service connect to that reads secrets itself, as far as the stack knows them. */
export const ownVaultPeers = (
  s: Pick<Settings, "ownKeyVault" | "privateRegistry" | "ownNetwork" | "keyVaultReads" | "privateEndpointRange">,
): string[] =>
  s.ownKeyVault && s.privateRegistry && s.ownNetwork && s.keyVaultReads.length > 0 ? [s.privateEndpointRange] : [];
