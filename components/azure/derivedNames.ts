/**
 * Derives names from other names, within the limits of Azure and Kubernetes. A name that fits stays unchanged. A longer
 * name is cut and gets a suffix of hash digits, so that the result is stable and two long names stay different.
 */
import { createHash } from "node:crypto";

/** Length of the suffix that azure-native appends when it generates an Azure name: eight hexadecimal digits. */
const suffixLength = 8;

/** @param longest maximum number of characters; at least 8 */
export function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, longest - digits.length - 1).replace(/[^A-Za-z0-9]+$/, "")}-${digits}`;
}

/** Converts a text to a Kubernetes label value, which must start and end with a letter or digit. */
export const labelValue = (text: string): string =>
  shortened(text, 63)
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");

/**
 * Returns the name of a stack's resource group, without the suffix. Azure allows 90 characters, and stack names can
 * have 100.
 */
export const resourceGroupName = (appName: string, stack: string): string =>
  shortened(`${appName}-${stack}`, 90 - suffixLength);

/**
 * Returns the name of the resource group for a cluster's nodes, if AKS must not choose it. AKS would name it
 * `MC_GROUP_CLUSTER_REGION`. Azure refuses more than 80 characters, and more than 63 break the node label that the
 * overlay network reads (Azure/bicep-registry-modules#5109). The name cannot be changed later.
 * @param cluster name of the cluster without the suffix
 * @param location Azure region; without it, the length of the longest region name counts
 * @returns `undefined` if AKS's own name fits
 */
export function nodeResourceGroup(group: string, cluster: string, location?: string): string | undefined {
  const longestLocation = "germanywestcentral".length;
  const named = ["MC", group, cluster, ""].join("_").length + suffixLength + (location?.length ?? longestLocation);
  return named <= 63 ? undefined : `MC_${shortened(`${group}_${cluster}`, 60)}`;
}

/** Returns whether a stack's cluster has such a name. A second cluster beside it would need the same name. */
export const hasNodeResourceGroup = (appName: string, stack: string, location: string): boolean =>
  nodeResourceGroup(`${resourceGroupName(appName, stack)}${"0".repeat(suffixLength)}`, appName, location) !== undefined;
