import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryArgs as DefaultVersionArgs } from "@pulumi/azure-native/containerregistry/index.js";
import type { RegistryRoleMode } from "../pullAccess.ts";

/** The first stable API version that knows role modes. The SDK's class of a registry uses an older one. */
export const registryApiVersion = "2025-11-01";

/** Azure's words for the modes. */
export const azureRoleModes = {
  classic: "LegacyRegistryPermissions",
  abac: "AbacRepositoryPermissions",
} as const satisfies Record<RegistryRoleMode, string>;

export const registryResourceType = `azure-native:containerregistry/v${registryApiVersion.replaceAll("-", "")}:Registry`;

export type RegistryResourceArgs = DefaultVersionArgs & {
  /** Always stated: Azure is going to change the mode of registries whose creation states none. */
  roleAssignmentMode: (typeof azureRoleModes)[RegistryRoleMode];
};

const { version } = createRequire(import.meta.url)("@pulumi/azure-native/package.json") as { version: string };

/**
 * A registry in {@link registryApiVersion}, for which the SDK has no class. The plugin serves every API version under a type of its own,
 * and the versions of one resource take each other's place in the state without a replacement.
 * https://www.pulumi.com/registry/packages/azure-native/version-guide/
 */
export class RegistryResource extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: RegistryResourceArgs, opts: pulumi.CustomResourceOptions) {
    // Outputs are declared by naming them; the plugin fills them in.
    const outputs = { name: undefined, loginServer: undefined };
    super(
      registryResourceType,
      name,
      { ...outputs, ...args },
      pulumi.mergeOptions(opts, { version, aliases: [former] }),
    );
  }
}

/** As releases up to 0.2.0 made a registry, in the SDK's default version. */
const former = { type: "azure-native:containerregistry:Registry" };
