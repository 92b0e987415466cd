/**
 * Azure's built-in roles for the identities that CI signs in to, in addition to those that the stack itself assigns.
 *
 * Ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const ciRoles = {
  /** Read every resource and, with it, pull images from registries in classic mode; no other data. */
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  /** Read registries and pull from them, and trigger imports into them: the narrowest built-in role with which an image can be imported. */
  imageImporter: "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
  /** Delete images in registries in classic mode. */
  imageDeleter: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
  /** Manage every resource, but assign no roles. */
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  /** Grant and revoke roles; always assigned with a condition that limits which. */
  roleAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  /** Read blobs: all the access to the state that a preview needs. */
  blobReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  /** Read, write and delete blobs, and the whole container with them: assigned on one environment's container only. */
  blobContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  /**
   * Decrypt with a key. No narrower built-in role allows that: Key Vault Crypto Service Encryption User may only unwrap keys,
   * which Pulumi does not do. This role may also disable the key; an administrator can enable it again.
   */
  keyUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  /** Create, use and delete keys. */
  keyOfficer: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
  /** Fetch a cluster's kubeconfig, without rights inside the cluster. */
  clusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  /** Read most objects in a cluster, but no Secrets. */
  clusterReader: "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
} as const;
