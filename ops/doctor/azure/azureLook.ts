/** What Azure says about who may pull. */

/** A role that somebody holds at a registry or above it. */
export interface RoleGrant {
  principalId: string;
  /** Such as `AcrPull`. */
  role: string;
  scope: string;
  /** ISO 8601; undefined when Azure does not say. */
  createdOn?: string;
  /** Does it let its holder pull from a registry of the classic mode? */
  pullsClassic: boolean;
  /** Does it let its holder pull from a registry that looks at repository permissions (ABAC)? */
  pullsAbac: boolean;
}

export interface RegistryAccount {
  id: string;
  name: string;
  loginServer: string;
  /** "abac" ignores AcrPull. */
  roleMode: "classic" | "abac";
  grants: RoleGrant[];
}

export interface AzureIdentity {
  objectId: string;
  clientId?: string;
}

export interface ClusterAccount {
  id: string;
  name: string;
  resourceGroup: string;
  /** The identity that nodes pull with. */
  kubelet?: AzureIdentity;
  controlPlane?: AzureIdentity;
}

export interface AzureLook {
  subscription: string;
  /** The registries of the images that were refused, by login server; those that the subscription does not have are missing. */
  registries: Record<string, RegistryAccount>;
  cluster?: ClusterAccount;
}
