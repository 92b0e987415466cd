import { isAutomatic, isCluster } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const clusterNoLocalAccounts: ResourceRule = {
  on: "resources",
  id: "cluster-no-local-accounts",
  title: "A cluster has no local accounts in addition to Entra",
  reason:
    "the admin certificate identifies nobody, may do everything, and can only be revoked by rotating all certificates of the cluster",
  fix: "set disableLocalAccounts: true, and an aadProfile for Entra sign-in",
  reference: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
  azurePolicy: "Azure Kubernetes Service Clusters should have local authentication methods disabled",
  severity: "high",
  level: "mandatory",
  types: isCluster,
  check: (cluster) =>
    judge(
      step(cluster, "disableLocalAccounts"),
      // AKS Automatic has no local accounts.
      (value) => value === true || (value === undefined && isAutomatic(cluster)),
      (value) => `disableLocalAccounts is ${shown(value)}`,
    ),
};
