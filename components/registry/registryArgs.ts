/** What a registry can be told, and what is refused before it is made. */
import type * as pulumi from "@pulumi/pulumi";
import type { RegistryRoleMode } from "../pullAccess.ts";
import type { PrincipalType } from "../azure/builtInRoles.ts";
import type { Finding } from "../invalidArguments.ts";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { registryRangesProblem } from "@tarmac/validate/addressRange";
import { registryNameProblem } from "@tarmac/validate/azureNames";

export const registrySkus = ["Basic", "Standard", "Premium"] as const;
export type RegistrySku = (typeof registrySkus)[number];

export interface RegistryArgs {
  /** Resource group that holds the registry. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /**
   * Globally unique name, 5 to 50 letters and digits; it becomes the login server `NAME.azurecr.io`.
   * @default the component's name without other characters, and a random suffix
   */
  registryName?: string;
  /** @default "Basic" */
  sku?: RegistrySku;
  /**
   * Which roles let somebody pull and push. Changes in place; give nodes the roles of both modes before (`PullAccess` does).
   * @default "classic"
   */
  roleMode?: RegistryRoleMode;
  /**
   * In the mode "abac", where not even Owner may push: who may, by object id.
   * @default whoever runs the first `pulumi up`
   */
  pushers?: Record<string, PrincipalType>;
  /**
   * States the copies in each zone of the region, as registries were created with before 2026. Every registry has them now, of every
   * SKU and at no extra cost. Cannot be changed later. Premium only. @default false
   */
  zoneRedundant?: boolean;
  /** Further regions that hold a copy of every image, e.g. ["northeurope"]. Premium only. @default none */
  replicaLocations?: string[];
  /** Whether the registry answers outside of private endpoints. `false` is Premium only. @default true */
  publicNetworkAccess?: boolean;
  /** Public IPv4 addresses and ranges that may reach it, all others may not: the nodes' and the deployer's among them. Premium only. @default all */
  allowedRanges?: string[];
  /** Whether Microsoft's trusted services pass the network rules. @default true */
  networkRuleBypass?: boolean;
  /** Azure tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The arguments whose wrong values show by themselves, as settings have them too. */
export type RegistryFeatures = Pick<
  RegistryArgs,
  "sku" | "zoneRedundant" | "replicaLocations" | "publicNetworkAccess" | "allowedRanges"
>;

/** Each default stands here and nowhere else: the settings of the stack take theirs from here. */
export const registryDefaults = {
  sku: "Basic",
  roleMode: "classic",
  zoneRedundant: false,
  replicaLocations: [],
  publicNetworkAccess: true,
  allowedRanges: [],
  networkRuleBypass: true,
} satisfies Partial<RegistryArgs>;

/** The problems of a registry's arguments, by argument. */
export function registryFindings(args: Omit<RegistryArgs, "resourceGroupName">) {
  return [
    ["registryName", ifGiven(args.registryName, registryNameProblem)],
    ["allowedRanges", registryRangesProblem(args.allowedRanges ?? [])],
    ...premiumFindings(args),
    ["replicaLocations", replicaProblem(args.replicaLocations ?? [], args.location)],
    ["allowedRanges", rangesWithoutNetworkProblem(args)],
  ] as const;
}

/** What only Premium has, asked of another SKU. */
export function premiumFindings(args: RegistryFeatures): Finding<keyof RegistryFeatures>[] {
  const sku = args.sku ?? registryDefaults.sku;
  const asked = {
    zoneRedundant: args.zoneRedundant === true,
    replicaLocations: (args.replicaLocations ?? []).length > 0,
    publicNetworkAccess: args.publicNetworkAccess === false,
    allowedRanges: (args.allowedRanges ?? []).length > 0,
  };
  return Object.entries(asked).map(([key, wanted]) => [
    key as keyof typeof asked,
    wanted && sku !== "Premium"
      ? `requires the SKU "Premium", and the registry has "${sku}": change the SKU, or remove this`
      : undefined,
  ]);
}

/** What is wrong with the further regions of a registry, or `undefined`. */
export function replicaProblem(locations: readonly string[], home: unknown): string | undefined {
  const twice = locations.find((location, i) => locations.indexOf(location) !== i);
  if (twice !== undefined) return `"${twice}" is listed twice: list each region once`;
  return locations.includes(String(home)) ? `"${String(home)}" is the registry's home region: remove it` : undefined;
}

/** What is wrong with ranges of a registry that no network reaches, or `undefined`. */
export function rangesWithoutNetworkProblem(args: RegistryFeatures): string | undefined {
  const useless = args.publicNetworkAccess === false && (args.allowedRanges ?? []).length > 0;
  return useless
    ? "without public network access, no public range reaches the registry: remove the ranges, or allow public network access"
    : undefined;
}
