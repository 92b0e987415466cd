import * as pulumi from "@pulumi/pulumi";
import { Key, Vault } from "@pulumi/azure-native/keyvault/index.js";
import { lock } from "./deletionLock.ts";

export interface SecretsKeysArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Entra tenant whose roles open the vault. */
  tenantId: pulumi.Input<string>;
  /** Name of the vault. Default: tarmac-keys- and a random suffix. */
  vaultName?: string | undefined;
  /** One key each. */
  environments: readonly string[];
  /** Refuse to delete them. */
  locked: boolean;
  tags?: Record<string, string>;
}

/** The key of an environment. */
export interface SecretsKey {
  /** Resource id: what rights to this one key are given on. */
  id: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. Names the version: after a rotation the older one still opens what it closed. */
  secretsProvider: pulumi.Output<string>;
}

/** The keys that close the secrets in stack files and state, one for each environment, in a vault that roles open. */
export class SecretsKeys extends pulumi.ComponentResource {
  /** Resource id of the vault. */
  readonly vaultId: pulumi.Output<string>;
  /** By environment. */
  readonly keys: Record<string, SecretsKey>;

  constructor(name: string, args: SecretsKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:bootstrap:SecretsKeys", name, {}, opts);
    const { resourceGroupName, tags } = args;
    const mine = { parent: this, protect: args.locked };
    const vault = new Vault(
      `${name}-`,
      {
        resourceGroupName,
        location: args.location,
        vaultName: args.vaultName,
        properties: {
          tenantId: args.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          // Cannot be changed later, nor can the protection be taken away.
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
        },
        tags,
      },
      mine,
    );
    const keys = args.environments.map((environment) => {
      const key = new Key(
        `${name}-${environment}`,
        {
          resourceGroupName,
          vaultName: vault.name,
          keyName: environment,
          properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
          tags,
        },
        mine,
      );
      return { environment, key };
    });
    if (args.locked) {
      lock(
        `${name}-lock`,
        {
          scope: vault.id,
          lockName: "tarmac-keys",
          reason: "Without these keys no secret of any stack can be read.",
        },
        { parent: this, dependsOn: keys.map(({ key }) => key) },
      );
    }
    this.vaultId = vault.id;
    this.keys = Object.fromEntries(
      keys.map(({ environment, key }) => [
        environment,
        {
          id: key.id,
          secretsProvider: key.keyUriWithVersion.apply((uri) => uri.replace(/^https:/, "azurekeyvault:")),
        },
      ]),
    );
    this.registerOutputs({ vaultId: this.vaultId, keys: this.keys });
  }
}
