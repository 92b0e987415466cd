/**
 * Resource types that must not be deleted by accident: the program cannot recreate their contents, or everything
 * depends on them. Role assignments are not included: they are recreated with the same content. A resource of any
 * version (`azure-native:resources:Resource`) is guarded as its actual type.
 */
export const guardedTypes: Readonly<Record<string, string>> = {
  "azure-native:resources:ResourceGroup": "everything in the resource group goes with it",
  "azure-native:containerservice:ManagedCluster": "every workload on the cluster goes with it",
  "azure-native:containerregistry:Registry": "every image goes with it, also those that run",
  "azure-native:keyvault:Vault": "every secret in it goes with it",
  "azure-native:managedidentity:UserAssignedIdentity": "whoever was granted a right under this identity loses it",
  "azure-native:network:VirtualNetwork": "the cluster in it goes with it",
  "kubernetes:core/v1:Namespace": "everything in the namespace goes with it",
  "kubernetes:core/v1:PersistentVolumeClaim": "its data may go with it",
};

/** For registries, this change is guarded too, if the update also grants the nodes the role of the new mode. */
export const pullsRefused =
  "the role mode changes before the nodes' role for the new mode has propagated, so that pulls are refused for minutes: keep registryRoleMode for one update, which grants that role, wait ten minutes, then change it";

/** For node pools, only this is guarded: replacing the last one that accepts pods without a toleration. */
export const lastPoolGoes =
  "no other node pool takes its pods, which do not run until it is created again: add a pool under another name, update, remove this one, update";
