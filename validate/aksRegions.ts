/** Regions in which AKS creates no clusters of the tier Free: their capacity for shared control planes is used up. */

/**
 * Sources: https://github.com/Azure/AKS/issues/4185 (AKSCapacityError in westeurope), and
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/akscapacityerror. northeurope has had the same
 * shortage (https://github.com/kubernetes-sigs/windows-testing/issues/436). Read 2026-11-27.
 */
export const regionsWithoutFreeTier: readonly string[] = ["westeurope", "northeurope"];

/** A warning about a new cluster of the tier Free in this region, or `undefined`. An existing cluster keeps running. */
export const freeTierWarning = (location: string): string | undefined =>
  regionsWithoutFreeTier.includes(location.toLowerCase().replaceAll(" ", ""))
    ? `AKS refuses new clusters of the tier "Free" in ${location} (AKSCapacityError): use another location, e.g. swedencentral, or the tier "Standard". An existing cluster keeps running`
    : undefined;
