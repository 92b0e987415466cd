import { isVault } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOn, step } from "../propertyValues.ts";

export const vaultPurgeProtection: ResourceRule = {
  on: "resources",
  id: "vault-purge-protection",
  title: "A Key Vault has purge protection",
  reason:
    "without it, anybody who deletes a vault or a secret, by mistake or on purpose, can also purge it, and nobody can recover it",
  fix: "set properties.enablePurgeProtection: true; accept this for sandboxes, whose vaults may be purged",
  reference: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection",
  azurePolicy: "Key vaults should have deletion protection enabled",
  severity: "medium",
  level: "advisory",
  types: isVault,
  check: (vault) =>
    judge(step(vault, "properties", "enablePurgeProtection"), isOn, () => "the vault has no purge protection"),
};
