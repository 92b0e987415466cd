/**
 * Names that are made of other names, within what Azure and Kubernetes take. What fits stays as it is; what does not is cut
 * and ends in digits that follow from the whole, so that it is the same every time and two long names stay two.
 */
import { createHash } from "node:crypto";

/** What azure-native appends to a name when it makes the Azure name itself: eight hexadecimal digits. */
const suffixLength = 8;

/** @param longest number of characters that are taken; at least 8 */
export function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, longest - digits.length - 1).replace(/[^A-Za-z0-9]+$/, "")}-${digits}`;
}

/** A text as the value of a Kubernetes label, which must start and end with a letter or digit. */
export const labelValue = (text: string): string =>
  shortened(text, 63)
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");

/** The resource group of a stack, without the suffix: Azure takes 90 characters. Stacks may have names of 100. */
export const resourceGroupName = (appName: string, stack: string): string =>
  shortened(`${appName}-${stack}`, 90 - suffixLength);

/**
 * The resource group that AKS makes for a cluster's nodes, where AKS must not name it. It would be called
 * `MC_GROUP_CLUSTER_REGION`, is refused beyond 80 characters, and beyond 63 breaks the node label that the overlay network
 * reads (Azure/bicep-registry-modules#5109). It cannot be changed later.
 * @param cluster name of the cluster without the suffix
 * @param location Azure region; without it the longest there is counts
 * @returns `undefined` where AKS's own name will do
 */
export function nodeResourceGroup(group: string, cluster: string, location?: string): string | undefined {
  const longestLocation = "germanywestcentral".length;
  const named = ["MC", group, cluster, ""].join("_").length + suffixLength + (location?.length ?? longestLocation);
  return named <= 63 ? undefined : `MC_${shortened(`${group}_${cluster}`, 60)}`;
}
