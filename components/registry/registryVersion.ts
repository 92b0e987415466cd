import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs as DefaultVersionArgs } from "@pulumi/azure-native/containerregistry/index.js";
import type { RegistryRoleMode } from "../pullAccess.ts";

/** The first stable API version with role modes. The SDK's registry class uses an older one. */
export const registryApiVersion = "2025-11-01";

/** Azure's names of the role modes. */
export const azureRoleModes = {
  classic: "LegacyRegistryPermissions",
  abac: "AbacRepositoryPermissions",
} as const satisfies Record<RegistryRoleMode, string>;

const registryResourceType = `azure-native:containerregistry/v${registryApiVersion.replaceAll("-", "")}:Registry`;

export type RegistryResourceArgs = DefaultVersionArgs & {
  /** Always stated: Azure plans to change the default mode of new registries. */
  roleAssignmentMode: (typeof azureRoleModes)[RegistryRoleMode];
};

const { version } = createRequire(import.meta.url)("@pulumi/azure-native/package.json") as { version: string };

/**
 * A registry in {@link registryApiVersion}, for which the SDK has no class. The plugin serves each API version as a
 * separate type. Versions of the same resource replace each other in the state without replacing the resource.
 * https://www.pulumi.com/registry/packages/azure-native/version-guide/
 */
export class RegistryResource extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: RegistryResourceArgs, opts: pulumi.CustomResourceOptions) {
    // Naming the outputs declares them; the plugin fills them in.
    const outputs = { name: undefined, loginServer: undefined };
    super(
      registryResourceType,
      name,
      { ...outputs, ...args },
      pulumi.mergeOptions(opts, { version, aliases: [former] }),
    );
  }
}

/** Releases up to 0.2.0 created registries with the SDK's default version. */
const former = { type: "azure-native:containerregistry:Registry" };
