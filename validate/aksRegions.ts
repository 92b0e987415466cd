/** Regions in which AKS does not create every kind of cluster. */
import { azureRegions } from "./azureRegions.ts";

/**
 * Regions where AKS creates no clusters of the Free tier: the capacity for shared control planes is used up.
 *
 * Sources: https://github.com/Azure/AKS/issues/4185 (AKSCapacityError in westeurope), and
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/akscapacityerror. northeurope has had the same
 * shortage (https://github.com/kubernetes-sigs/windows-testing/issues/436). Read 2026-11-27.
 */
export const regionsWithoutFreeTier: readonly string[] = ["westeurope", "northeurope"];

/**
 * Returns a warning about a new cluster of the Free tier in this region, or `undefined`. An existing cluster keeps
 * running.
 */
export const freeTierWarning = (location: string): string | undefined =>
  regionsWithoutFreeTier.includes(location.toLowerCase().replaceAll(" ", ""))
    ? `AKS refuses new clusters of the tier "Free" in ${location} (AKSCapacityError): use another location, e.g. swedencentral, or the tier "Standard". An existing cluster keeps running`
    : undefined;

/**
 * Regions with AKS Automatic. Source:
 * https://learn.microsoft.com/azure/aks/automatic/aks-automatic-managed-system-node-pools-about#limitations, the page
 * of 2026-07-24.
 */
export const automaticRegions: readonly string[] = [
  ...["australiaeast", "austriaeast", "belgiumcentral", "brazilsouth", "canadacentral", "centralindia", "centralus"],
  ...["chilecentral", "denmarkeast", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral"],
  ...["indonesiacentral", "israelcentral", "italynorth", "japaneast", "japanwest", "koreacentral", "malaysiawest"],
  ...["mexicocentral", "newzealandnorth", "northeurope", "norwayeast", "polandcentral", "southafricanorth"],
  ...["southcentralus", "southeastasia", "spaincentral", "swedencentral", "switzerlandnorth", "uaenorth", "uksouth"],
  ...["westeurope", "westus2", "westus3"],
];

/** Returns the problem with the region of a new AKS Automatic cluster, or `undefined`. Unknown regions are accepted. */
export const automaticRegionProblem = (location: string): string | undefined => {
  const name = location.toLowerCase().replaceAll(" ", "");
  return name === "" || automaticRegions.includes(name) || !azureRegions.includes(name)
    ? undefined
    : `AKS Automatic is not available in ${location}: use another region, e.g. swedencentral, or the clusterMode "standard"`;
};
