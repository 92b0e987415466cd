import * as pulumi from "@pulumi/pulumi";
import { getRegistry, type GetRegistryArgs, Replication } from "@pulumi/azure-native/containerregistry/index.js";
import { grantToEach } from "./azure/grantees.ts";
import { roles } from "./azure/builtInRoles.ts";
import { unchanging } from "./azure/unchanging.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { registryDefaults, registryFindings, type RegistryArgs } from "./registry/registryArgs.ts";
import { azureRoleModes, RegistryResource } from "./registry/registryResource.ts";

/**
 * A private container registry without admin user and without anonymous pull: every push and pull is somebody's, by
 * role.
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new Registry("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:containerregistry/v20251101:Registry" ? { props: { ...props, dataEndpointEnabled: true }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Registry extends pulumi.ComponentResource {
  /** Resource id of the registry. */
  readonly id: pulumi.Output<string>;
  /** Name of the registry, without `.azurecr.io`. */
  readonly registryName: pulumi.Output<string>;
  /** Host name that images are addressed by, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
  /** Which roles the registry respects. */
  readonly roleMode: RegistryRoleMode;
  /** The rights to push that were granted here, to wait for; in the mode "classic" none. */
  readonly pushGrants: pulumi.Resource[];

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each argument that is refused. */
  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(registryFindings(args));
    super("tarmac:azure:Registry", name, {}, opts);
    this.roleMode = args.roleMode ?? registryDefaults.roleMode;
    // The provider makes the Azure name of this one and a random suffix; a registry's takes only letters and digits.
    const logicalName = name.replace(/[^a-zA-Z0-9]/g, "");
    const registry = new RegistryResource(
      logicalName,
      {
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        registryName: args.registryName,
        tags: args.tags,
        sku: { name: args.sku ?? registryDefaults.sku },
        ...settingsOf(args),
        roleAssignmentMode: azureRoleModes[this.roleMode],
      },
      { parent: this },
    );
    this.id = registry.id;
    this.registryName = registry.name;
    this.loginServer = unchanging(
      registry.loginServer,
      { resourceGroupName: args.resourceGroupName, registryName: registry.name },
      async (query: GetRegistryArgs) => (await getRegistry(query, { parent: this })).loginServer,
    );
    for (const location of args.replicaLocations ?? []) {
      new Replication(
        `${name}-${location}`,
        {
          resourceGroupName: args.resourceGroupName,
          registryName: this.registryName,
          replicationName: location,
          location,
          zoneRedundancy: args.zoneRedundant ? "Enabled" : "Disabled",
          tags: args.tags,
        },
        // Only the registry itself is worth protecting. It takes its replications with it.
        { parent: this, protect: false, deletedWith: registry },
      );
    }
    this.pushGrants =
      this.roleMode === "abac"
        ? grantToEach(
            `${name}-push`,
            { scope: this.id, role: roles.containerRegistryRepositoryWriter },
            args.pushers ?? {},
            { parent: this, protect: false },
          )
        : [];
    this.registerOutputs({ id: this.id, registryName: this.registryName, loginServer: this.loginServer });
  }
}

function settingsOf(args: RegistryArgs) {
  const ranges = args.allowedRanges ?? [];
  return {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    publicNetworkAccess: (args.publicNetworkAccess ?? registryDefaults.publicNetworkAccess) ? "Enabled" : "Disabled",
    networkRuleBypassOptions: (args.networkRuleBypass ?? registryDefaults.networkRuleBypass) ? "AzureServices" : "None",
    zoneRedundancy: args.zoneRedundant ? "Enabled" : "Disabled",
    // Said only where the SKU can have it: Azure refuses even the mention elsewhere.
    ...(args.sku === "Premium" && {
      networkRuleSet: {
        defaultAction: ranges.length > 0 ? "Deny" : "Allow",
        ipRules: ranges.map((address) => ({ action: "Allow", iPAddressOrRange: address })),
      },
      policies: {
        // Pods run by digest, also by one that has lost its tag: nothing may delete such images.
        // https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy
        retentionPolicy: { status: "disabled" },
      },
    }),
  };
}
