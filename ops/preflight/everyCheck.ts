/** The checks of the preflight, in report order. A new check needs a file in `checks/` and a line here. */
import { addressRanges } from "./checks/networkOverlaps.ts";
import { autoProvisioning } from "./checks/autoProvisioning.ts";
import { clusterQuota } from "./checks/clusterQuota.ts";
import { createRights } from "./checks/createRights.ts";
import { deprecatedApis } from "./checks/deprecatedApis.ts";
import { kubernetesVersions } from "./checks/offeredVersions.ts";
import { names } from "./checks/freeNames.ts";
import { policies } from "./checks/denyingPolicies.ts";
import { providers } from "./checks/providers.ts";
import { registryRights } from "./checks/registryRights.ts";
import { roleAssignments } from "./checks/rightToGrant.ts";
import { vcpuQuota } from "./checks/vcpuQuota.ts";
import { vmSizes } from "./checks/offeredSizes.ts";
import type { PreflightCheck } from "./preflightCheck.ts";

export const everyCheck: readonly PreflightCheck[] = [
  createRights,
  registryRights,
  roleAssignments,
  providers,
  vmSizes,
  vcpuQuota,
  autoProvisioning,
  clusterQuota,
  kubernetesVersions,
  names,
  addressRanges,
  policies,
  deprecatedApis,
];
