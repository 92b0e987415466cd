/** Every rule, in the order of docs/policies.md: image, pod, registry, cluster, vault, all resources. */
import type { Rule } from "../rule.ts";
import { imageAttested } from "./imageAttested.ts";
import { imageExact } from "./imageExact.ts";
import { imageRegistry } from "./imageRegistry.ts";
import { resourcesBounded } from "./resourcesBounded.ts";
import { probesPresent } from "./probesPresent.ts";
import { probesDistinct } from "./probesDistinct.ts";
import { nonRoot } from "./nonRoot.ts";
import { readOnlyRoot } from "./readOnlyRoot.ts";
import { noPrivilegeEscalation } from "./noPrivilegeEscalation.ts";
import { capabilitiesDropped } from "./capabilitiesDropped.ts";
import { seccompDefault } from "./seccompDefault.ts";
import { noServiceAccountToken } from "./noServiceAccountToken.ts";
import { noHostNamespaces } from "./noHostNamespaces.ts";
import { noHostPath } from "./noHostPath.ts";
import { noPrivileged } from "./noPrivileged.ts";
import { noPlainSecret } from "./noPlainSecret.ts";
import { registryNoAdminUser } from "./registryNoAdminUser.ts";
import { registryNoAnonymousPull } from "./registryNoAnonymousPull.ts";
import { pullGrant } from "./pullGrant.ts";
import { clusterAdmins } from "./clusterAdmins.ts";
import { clusterNoLocalAccounts } from "./clusterNoLocalAccounts.ts";
import { clusterApiServer } from "./clusterApiServer.ts";
import { clusterUpgrades } from "./clusterUpgrades.ts";
import { vaultPurgeProtection } from "./vaultPurgeProtection.ts";
import { vaultRoles } from "./vaultRoles.ts";
import { requiredTags } from "./requiredTags.ts";

export const rules: readonly Rule[] = [
  imageExact,
  imageRegistry,
  imageAttested,
  resourcesBounded,
  probesPresent,
  probesDistinct,
  nonRoot,
  readOnlyRoot,
  noPrivilegeEscalation,
  capabilitiesDropped,
  seccompDefault,
  noServiceAccountToken,
  noHostNamespaces,
  noHostPath,
  noPrivileged,
  noPlainSecret,
  registryNoAdminUser,
  registryNoAnonymousPull,
  pullGrant,
  clusterNoLocalAccounts,
  clusterAdmins,
  clusterApiServer,
  clusterUpgrades,
  vaultRoles,
  vaultPurgeProtection,
  requiredTags,
];
