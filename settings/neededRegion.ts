/**
 * The region of a stack's Azure resources. It has no default, because no region suits everyone and changing it replaces
 * everything.
 */
import { type FindingOf } from "./allowedValues.ts";
import { onExistingCluster } from "./clusterSettings.ts";
import { createsRegistry } from "./registrySettings.ts";

interface Settings {
  location: string;
  kubeContext: string | undefined;
  kubeconfig: string | undefined;
  existingRegistry: string | undefined;
  registryServer: string | undefined;
  appIdentity: boolean;
  ownKeyVault: boolean;
}

/** Returns the problem with a stack that creates a cluster, registry or identity but sets no region. */
export function regionProblems(s: Settings): FindingOf<Settings>[] {
  const createsInAzure = createsRegistry(s) || !onExistingCluster(s) || s.appIdentity || s.ownKeyVault;
  if (s.location !== "" || !createsInAzure) return [];
  return [
    [
      "location",
      "is required, because the stack creates resources in Azure: choose a region near its users, e.g. pulumi config set location swedencentral. " +
        "A stack that was deployed without this setting is in westeurope: set that, because another region replaces everything",
    ],
  ];
}
