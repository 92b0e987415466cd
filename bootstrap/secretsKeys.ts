import * as pulumi from "@pulumi/pulumi";
import { Key, Vault } from "@pulumi/azure-native/keyvault/index.js";
import { lock } from "./deletionLock.ts";

export interface SecretsKeysArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Entra tenant whose role assignments give access to the vault. */
  tenantId: pulumi.Input<string>;
  /** Name of the vault. Default: tarmac-keys- and a random suffix. */
  vaultName?: string | undefined;
  /** What gets a key: the environments, and the bootstrap itself. */
  names: readonly string[];
  /** Refuse to delete the vault and its keys. */
  locked: boolean;
  tags?: Record<string, string>;
}

/** The encryption key of an environment or of the bootstrap. */
export interface SecretsKey {
  /** Resource id: the scope for role assignments on this key alone. */
  id: pulumi.Output<string>;
  /**
   * Secrets provider for `pulumi stack init --secrets-provider`. It names the key's version, so that after a rotation the old
   * version still decrypts what it encrypted.
   */
  secretsProvider: pulumi.Output<string>;
}

/** The keys that encrypt secrets in stack files and state: one per environment, in a vault with access by roles. */
export class SecretsKeys extends pulumi.ComponentResource {
  /** Resource id of the vault. */
  readonly vaultId: pulumi.Output<string>;
  /** Keys by name. */
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
          // Neither the retention nor purge protection can be changed later.
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
        },
        tags,
      },
      mine,
    );
    const keys = args.names.map((keyName) => {
      const key = new Key(
        `${name}-${keyName}`,
        {
          resourceGroupName,
          vaultName: vault.name,
          keyName,
          properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
          tags,
        },
        mine,
      );
      return { keyName, key };
    });
    if (args.locked) {
      lock(
        `${name}-lock`,
        {
          scope: vault.id,
          lockName: "tarmac-keys",
          reason: "Without these keys, nobody can decrypt the secrets of any stack.",
        },
        { parent: this, dependsOn: keys.map(({ key }) => key) },
      );
    }
    this.vaultId = vault.id;
    this.keys = Object.fromEntries(
      keys.map(({ keyName, key }) => [
        keyName,
        {
          id: key.id,
          secretsProvider: key.keyUriWithVersion.apply((uri) => uri.replace(/^https:/, "azurekeyvault:")),
        },
      ]),
    );
    this.registerOutputs({ vaultId: this.vaultId, keys: this.keys });
  }
}
