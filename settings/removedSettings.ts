/** Settings of earlier releases: why each is gone, and what replaces it. */
export const removedSettings: Readonly<Record<string, string>> = {
  registryRetentionDays:
    "Azure's retention policy deletes manifests that pods and rollbacks still name by digest; remove it, and delete old images with: npx tarmac purge STACK",
};
