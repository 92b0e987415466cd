import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/index.js";
import { Vault } from "@pulumi/azure-native/keyvault/index.js";
import { vaultRangesProblem } from "@tarmac/validate/addressRange";
import { vaultNameProblem } from "@tarmac/validate/azureNames";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { grant, type PrincipalType } from "./azure/builtInRoles.ts";
import { shortened } from "./azure/derivedNames.ts";
import { throwIfAny } from "./invalidArguments.ts";

export interface KeyVaultArgs {
  /** Resource group to create the vault in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /**
   * Name of the vault: 3 to 24 letters, digits and single hyphens, unique in all of Azure, also among deleted vaults.
   * @default the component's name, cut to 16 characters, and a random suffix
   * @example "shop-dev"
   */
  vaultName?: string;
  /**
   * Whether nobody can purge the deleted vault or a deleted secret before the retention ends. It can be turned on later, but never
   * off again. Until then the name of the deleted vault is taken.
   * @default true
   */
  purgeProtection?: boolean;
  /**
   * Days for which the deleted vault and its deleted secrets can be recovered: 7 to 90. Cannot be changed later.
   * @default 90
   */
  retentionDays?: number;
  /**
   * Whether only private endpoints reach the vault: all other requests are denied, except those from `allowedRanges`.
   * @default false
   */
  privateOnly?: boolean;
  /**
   * Public IPv4 addresses and ranges that may reach the vault; all others are denied. Without `privateOnly`, include the outbound
   * addresses of the nodes.
   * @default all addresses, or none with `privateOnly`
   * @example ["203.0.113.0/24"]
   */
  allowedRanges?: readonly string[];
  /**
   * Principals that may write and read all secrets (Key Vault Secrets Officer): the principal type by object id. Not even an Owner
   * may do so without such a role.
   * @default none
   * @example { "0f8fad5b-d9cb-469f-a165-70867728950e": "Group" }
   */
  writers?: Readonly<Record<string, PrincipalType>>;
  /** Azure tags of the vault. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The only place that defines these defaults. The stack's settings read them from here. */
export const keyVaultDefaults = {
  purgeProtection: true,
  retentionDays: 90,
  allowedRanges: [],
  writers: {},
} as const satisfies Partial<KeyVaultArgs>;

/** Days of retention, inclusive. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
export const retentionBounds = [7, 90] satisfies Bounds;

/**
 * Id of the role Key Vault Secrets Officer: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles. It is not among the roles
 * that the deploying identities of the bootstrap may assign, because whoever may assign it may read every secret.
 */
export const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** Longest name before the random suffix of eight characters. */
const longestPrefix = 16;

/**
 * A Key Vault that authorizes by roles, for secrets that somebody else writes: neither the program nor its state contains one. A deleted
 * vault is soft-deleted.
 * https://learn.microsoft.com/azure/key-vault/general/overview
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new KeyVault("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:keyvault:Vault"
 *         ? { props: { ...props, properties: { ...props.properties, enabledForDeployment: false } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export class KeyVault extends pulumi.ComponentResource {
  /** Resource id of the vault. */
  readonly id: pulumi.Output<string>;
  /** Name of the vault. */
  readonly vaultName: pulumi.Output<string>;
  /** URL of the vault, without a slash at the end. */
  readonly url: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
  constructor(name: string, args: KeyVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    const { retentionDays = keyVaultDefaults.retentionDays, allowedRanges = keyVaultDefaults.allowedRanges } = args;
    throwIfAny([
      ["vaultName", ifGiven(args.vaultName, vaultNameProblem)],
      ["retentionDays", integerProblem(retentionDays, ...retentionBounds)],
      ["allowedRanges", vaultRangesProblem(allowedRanges)],
    ]);
    super("tarmac:azure:KeyVault", name, {}, opts);
    const denied = args.privateOnly === true || allowedRanges.length > 0;
    const vault = new Vault(
      // Azure accepts no two hyphens in a row.
      shortened(name.replaceAll(/-+/g, "-"), longestPrefix),
      {
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        vaultName: args.vaultName,
        tags: args.tags,
        properties: {
          tenantId: getClientConfigOutput({ parent: this }).tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: retentionDays,
          // Azure accepts true, or nothing: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection
          ...((args.purgeProtection ?? keyVaultDefaults.purgeProtection) && { enablePurgeProtection: true }),
          publicNetworkAccess: args.privateOnly === true && allowedRanges.length === 0 ? "Disabled" : "Enabled",
          networkAcls: {
            bypass: "None",
            defaultAction: denied ? "Deny" : "Allow",
            ipRules: allowedRanges.map((value) => ({ value })),
          },
        },
      },
      { parent: this },
    );
    for (const [principalId, principalType] of Object.entries(args.writers ?? {}))
      grant(
        `${name}-writer-${principalId}`,
        { scope: vault.id, principalId, principalType, role: secretsOfficer },
        { parent: this, protect: false },
      );
    this.id = vault.id;
    this.vaultName = vault.name;
    // Of the name, which previews of updates know too.
    this.url = pulumi.interpolate`https://${vault.name}.vault.azure.net`;
    this.registerOutputs({ id: this.id, vaultName: this.vaultName, url: this.url });
  }
}
