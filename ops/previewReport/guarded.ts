/**
 * What must not go away by accident: with it goes what nobody can make again from the program, or everything that stands on
 * it. A right (RoleAssignment) is not among them: it is made again with the same content. What is made as a resource of
 * any version (`azure-native:resources:Resource`) is guarded as what it is.
 */
export const guardedTypes: Readonly<Record<string, string>> = {
  "azure-native:resources:ResourceGroup": "everything in the resource group goes with it",
  "azure-native:containerservice:ManagedCluster": "every workload on the cluster goes with it",
  "azure-native:containerregistry:Registry": "every image goes with it, also those that run",
  "azure-native:managedidentity:UserAssignedIdentity": "whoever was granted a right under this identity loses it",
  "azure-native:network:VirtualNetwork": "the cluster in it goes with it",
  "kubernetes:core/v1:Namespace": "everything in the namespace goes with it",
  "kubernetes:core/v1:PersistentVolumeClaim": "its data may go with it",
};

/** Of a node pool only this is guarded: the replacement of the last one that takes pods without a toleration. */
export const lastPoolGoes =
  "no other node pool takes its pods, which do not run until it is created again: add a pool under another name, update, remove this one, update";
