import { isVault } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOn, step } from "../propertyValues.ts";

export const vaultRoles: ResourceRule = {
  on: "resources",
  id: "vault-roles",
  title: "A Key Vault authorizes by roles",
  reason:
    "an access policy covers all secrets of the vault, and anybody who may write the vault can add themselves to it",
  fix: "set properties.enableRbacAuthorization: true and grant Key Vault Secrets User on single secrets",
  reference: "https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy",
  azurePolicy: "Azure Key Vault should use RBAC permission model",
  severity: "high",
  level: "mandatory",
  types: isVault,
  check: (vault) =>
    judge(step(vault, "properties", "enableRbacAuthorization"), isOn, () => "the vault has access policies"),
};
