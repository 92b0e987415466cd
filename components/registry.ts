import * as pulumi from "@pulumi/pulumi";
import { getRegistry, type GetRegistryArgs, Replication } from "@pulumi/azure-native/containerregistry/index.js";
import { grantToEach } from "./azure/grantees.ts";
import { roles } from "./azure/builtInRoles.ts";
import { unchanging } from "./azure/unchanging.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { registryDefaults, registryFindings, type RegistryArgs } from "./registry/registryArgs.ts";
import { azureRoleModes, RegistryResource } from "./registry/registryVersion.ts";

/**
 * A private container registry without an admin user or anonymous pull. Every push and pull requires a role.
 *
 * Use `transforms` to change resource properties that no argument covers.
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
  /** Host name of the registry in image references, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
  /** Role mode of the registry: which roles allow push and pull. */
  readonly roleMode: RegistryRoleMode;
  /** Role assignments for pushing, for a push to wait for. Empty in the mode "classic". */
  readonly pushGrants: pulumi.Resource[];

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(registryFindings(args));
    super("tarmac:azure:Registry", name, {}, opts);
    this.roleMode = args.roleMode ?? registryDefaults.roleMode;
    // The provider derives the Azure name from this name and a random suffix. Registry names contain only letters and
    // digits.
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
        // Only the registry is protected. Deleting it deletes its replications.
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
    // Only for Premium: with other SKUs, Azure refuses any request that contains these properties.
    ...(args.sku === "Premium" && {
      networkRuleSet: {
        defaultAction: ranges.length > 0 ? "Deny" : "Allow",
        ipRules: ranges.map((address) => ({ action: "Allow", iPAddressOrRange: address })),
      },
      policies: {
        // Pods may run a digest that no tag points to any more. No retention policy may delete such images.
        // https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy
        retentionPolicy: { status: "disabled" },
      },
    }),
  };
}
