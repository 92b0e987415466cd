/** The arguments of a registry, and their validation. */
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
  /** Resource group to create the registry in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /**
   * Name of the registry: 5 to 50 letters and digits, unique in all of Azure. The login server is `NAME.azurecr.io`.
   * @default the component's name without other characters, and a random suffix
   * @example "shopregistry"
   */
  registryName?: string;
  /**
   * Pricing tier: "Basic", "Standard" or "Premium". Replicas, network rules and private endpoints need "Premium".
   * @default "Basic"
   * @example "Premium"
   */
  sku?: RegistrySku;
  /**
   * Which roles allow pull and push: "classic" for the Acr* roles, "abac" for the Container Registry Repository roles.
   * The mode changes in place. Before a change, grant the nodes the roles of both modes, as `PullAccess` does.
   * @default "classic"
   * @example "abac"
   */
  roleMode?: RegistryRoleMode;
  /**
   * Principals that may push in the mode "abac", where not even Owner may push: the principal type by object id.
   * @default the identity that runs the first `pulumi up`
   * @example { "0f8fad5b-d9cb-469f-a165-70867728950e": "ServicePrincipal" }
   */
  pushers?: Record<string, PrincipalType>;
  /**
   * Whether to state zone redundancy explicitly, as registries before 2026 did. Every registry now has copies in each
   * zone of its region, in every SKU and at no extra cost. Cannot be changed later. Premium only.
   * @default false
   */
  zoneRedundant?: boolean;
  /** Additional regions that hold a copy of every image. Premium only. @default none @example ["northeurope"] */
  replicaLocations?: string[];
  /** Whether the registry is reachable without a private endpoint. `false` is Premium only. @default true */
  publicNetworkAccess?: boolean;
  /**
   * Public IPv4 addresses and ranges that may reach the registry; all others are denied. Include the outbound addresses
   * of the nodes and of the deployer. Premium only.
   * @default all
   * @example ["203.0.113.0/24"]
   */
  allowedRanges?: string[];
  /** Whether Microsoft's trusted services bypass the network rules. @default true */
  networkRuleBypass?: boolean;
  /** Azure tags of the registry and its replications. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The arguments that the stack's settings validate too, with the same checks. */
export type RegistryFeatures = Pick<
  RegistryArgs,
  "sku" | "zoneRedundant" | "replicaLocations" | "publicNetworkAccess" | "allowedRanges"
>;

/** The only place that defines these defaults. The stack's settings read them from here. */
export const registryDefaults = {
  sku: "Basic",
  roleMode: "classic",
  zoneRedundant: false,
  replicaLocations: [],
  publicNetworkAccess: true,
  allowedRanges: [],
  networkRuleBypass: true,
} satisfies Partial<RegistryArgs>;

/** Returns the problems of a registry's arguments, by argument. */
export function registryFindings(args: Omit<RegistryArgs, "resourceGroupName">) {
  return [
    ["registryName", ifGiven(args.registryName, registryNameProblem)],
    ["allowedRanges", registryRangesProblem(args.allowedRanges ?? [])],
    ...premiumFindings(args),
    ["replicaLocations", replicaProblem(args.replicaLocations ?? [], args.location)],
    ["allowedRanges", rangesWithoutNetworkProblem(args)],
  ] as const;
}

/** Returns the problems of arguments that only Premium supports, if the SKU is another one. */
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

/** Returns the problem with the additional regions of a registry, or `undefined`. */
export function replicaProblem(locations: readonly string[], home: unknown): string | undefined {
  const twice = locations.find((location, i) => locations.indexOf(location) !== i);
  if (twice !== undefined) return `"${twice}" is listed twice: list each region once`;
  return locations.includes(String(home)) ? `"${String(home)}" is the registry's home region: remove it` : undefined;
}

/** Returns the problem with allowed ranges of a registry without public access, or `undefined`. */
export function rangesWithoutNetworkProblem(args: RegistryFeatures): string | undefined {
  const useless = args.publicNetworkAccess === false && (args.allowedRanges ?? []).length > 0;
  return useless
    ? "without public network access, no public range reaches the registry: remove the ranges, or allow public network access"
    : undefined;
}
