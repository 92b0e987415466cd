/** What Azure says about who may pull from which registry. */

/** A role assignment at a registry or above it. */
export interface RoleGrant {
  principalId: string;
  /** Such as `AcrPull`. */
  role: string;
  scope: string;
  /** ISO 8601; undefined if Azure does not say. */
  createdOn?: string;
  /** Does it allow pulls from a registry in classic mode? */
  pullsClassic: boolean;
  /** Does it allow pulls from a registry that uses repository permissions (ABAC)? */
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
  /** The identity that the nodes pull with. */
  kubelet?: AzureIdentity;
  controlPlane?: AzureIdentity;
}

export interface AzureLook {
  subscription: string;
  /** The registries of the failing images, by login server; without those that the subscription does not have. */
  registries: Record<string, RegistryAccount>;
  cluster?: ClusterAccount;
}
