import * as pulumi from "@pulumi/pulumi";
import {
  getRegistry,
  type GetRegistryArgs,
  Registry as AzureRegistry,
  Replication,
} from "@pulumi/azure-native/containerregistry/index.js";
import { Resource as AnyVersion } from "@pulumi/azure-native/resources/index.js";
import { grantToEach } from "./azure/grantees.ts";
import { roles } from "./azure/builtInRoles.ts";
import { unchanging } from "./azure/unchanging.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { registryDefaults, registryFindings, type RegistryArgs } from "./registry/registryArgs.ts";

/** The type and the first stable api-version of it that knows role modes; the SDK's default one is older. */
export const registriesWithRoleMode = {
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  resourceType: "registries",
  parentResourcePath: "",
  apiVersion: "2025-11-01",
};

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
 *       type === "azure-native:containerregistry:Registry" ? { props: { ...props, dataEndpointEnabled: true }, opts } : undefined,
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
  /** Which roles the registry respects: decides which role lets nodes pull. */
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
    const registry = (this.roleMode === "abac" ? abacRegistry : classicRegistry)(logicalName, args, { parent: this });
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
        { parent: this, protect: false, deletedWith: registry.resource },
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

interface MadeRegistry {
  resource: pulumi.CustomResource;
  id: pulumi.Output<string>;
  name: pulumi.Output<string>;
  loginServer: pulumi.Output<string>;
}

/** As the SDK's own type. It can set no role mode, and leaves the registry in the older one. */
function classicRegistry(name: string, args: RegistryArgs, opts: pulumi.CustomResourceOptions): MadeRegistry {
  const { resourceGroupName, location, registryName, tags } = args;
  const registry = new AzureRegistry(
    name,
    {
      ...{ resourceGroupName, location, registryName, tags, sku: { name: args.sku ?? registryDefaults.sku } },
      ...settingsOf(args, (iPAddressOrRange) => ({ iPAddressOrRange })),
    },
    opts,
  );
  return { resource: registry, id: registry.id, name: registry.name, loginServer: registry.loginServer };
}

/** As a resource of any api-version, whose settings stand in `properties` as Azure has them. */
function abacRegistry(name: string, args: RegistryArgs, opts: pulumi.CustomResourceOptions): MadeRegistry {
  const { resourceGroupName, location, tags } = args;
  const registry = new AnyVersion(
    name,
    {
      ...registriesWithRoleMode,
      ...{ resourceGroupName, location, resourceName: args.registryName, tags },
      sku: { name: args.sku ?? registryDefaults.sku },
      properties: { ...settingsOf(args, (value) => ({ value })), roleAssignmentMode: "AbacRepositoryPermissions" },
    },
    opts,
  );
  const properties = registry.properties as pulumi.Output<{ loginServer: string }>;
  return { resource: registry, id: registry.id, name: registry.name, loginServer: properties.loginServer };
}

/** @param range how the api calls a range's address */
function settingsOf<Range extends object>(args: RegistryArgs, range: (address: string) => Range) {
  const ranges = args.allowedRanges ?? [];
  return {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    publicNetworkAccess: (args.publicNetworkAccess ?? registryDefaults.publicNetworkAccess) ? "Enabled" : "Disabled",
    networkRuleBypassOptions: (args.networkRuleBypass ?? registryDefaults.networkRuleBypass) ? "AzureServices" : "None",
    ...(args.zoneRedundant && { zoneRedundancy: "Enabled" }),
    // Said only where the SKU can have it: Azure refuses even the mention elsewhere.
    ...(args.sku === "Premium" && {
      networkRuleSet: {
        defaultAction: ranges.length > 0 ? "Deny" : "Allow",
        ipRules: ranges.map((address) => ({ action: "Allow", ...range(address) })),
      },
      policies: {
        // Pods run by digest, also by one that has lost its tag: nothing may delete such images.
        // https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy
        retentionPolicy: { status: "disabled" },
      },
    }),
  };
}
