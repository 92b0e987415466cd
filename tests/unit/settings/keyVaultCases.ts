/** Accepted and rejected values of the settings of secrets from a Key Vault, with the messages. */
import { map, type SettingCases } from "./settingCases.ts";

const vault =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop";
const certificate = `${vault}/certificates/www`;
const kubeconfig =
  "clusters: [{name: c, cluster: {server: https://c}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: company, context: {cluster: c, user: u}}]\ncurrent-context: company";
const onExisting = {
  ...{ appIdentity: "true", kubeconfig, keyVaultId: vault, keyVaultSecrets: '{"A":"a"}' },
  oidcIssuer: "https://swedencentral.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000001/cluster/",
};
const beside = { appIdentity: "true", keyVaultId: vault, keyVaultSecrets: '{"A":"a"}' };
const own = { ownKeyVault: "true" };
const person = "0f8fad5b-d9cb-469f-a165-70867728950e";
const idOf = "use what this command prints: az keyvault show --query id -o tsv -n NAME";

export const keyVaultCases: SettingCases = {
  accepted: [
    ["keyVaultSecrets", '{"DB_PASSWORD":"database-password"}', { DB_PASSWORD: "database-password" }],
    ["keyVaultSecrets", '{"/mnt/keys/a.pem":"a"}', { "/mnt/keys/a.pem": "a" }],
    ["keyVaultId", vault, vault],
    ["keyVaultRotation", "1h", "1h"],
    ["keyVaultRotation", "off", "off"],
    ["assignKeyVaultRole", "false", false],
    ["keyVaultReads", '["a","b-c"]', ["a", "b-c"]],
    ["ownKeyVault", "true", true],
    ["keyVaultName", "shop-dev", "shop-dev"],
    ["keyVaultPurgeProtection", "false", false],
    ["keyVaultRetentionDays", "7", 7],
    ["keyVaultRetentionDays", "90", 90],
    ["keyVaultWriters", `{"${person}":"User"}`, { [person]: "User" }],
    ["keyVaultAllowedRanges", '["203.0.113.7","198.51.100.0/24"]', ["203.0.113.7", "198.51.100.0/24"]],
    ["keyVaultDnsZone", "none", "none"],
  ],
  beside: {
    keyVaultSecrets: beside,
    keyVaultId: beside,
    keyVaultRotation: beside,
    assignKeyVaultRole: beside,
    keyVaultReads: beside,
    keyVaultName: own,
    keyVaultPurgeProtection: own,
    keyVaultRetentionDays: own,
    keyVaultWriters: own,
    keyVaultAllowedRanges: own,
    keyVaultDnsZone: { ...own, ownNetwork: "true", registrySku: "Premium", privateRegistry: "true" },
  },
  refused: [
    ["keyVaultSecrets", "database-password", `"database-password" ${map}`],
    [
      "keyVaultSecrets",
      '{"A":"my_secret","9":"a"}',
      '"9" is not an environment variable name: use letters, digits, and "_", not starting with a digit',
      '"my_secret" (A) is not a secret of a Key Vault: use its name (letters, digits, and "-"), or NAME/VERSION with the 32 digits of a version',
    ],
    ["keyVaultId", "shop", `"shop" is not the resource id of a Key Vault: ${idOf}`],
    ["keyVaultId", `${vault}/secrets/a`, `"${vault}/secrets/a" is not the resource id of a Key Vault: ${idOf}`],
    [
      "keyVaultRotation",
      "never",
      '"never" is not an interval: use a number of seconds, minutes, or hours, e.g. "30s", "10m", or "1h", or "off"',
    ],
    [
      "keyVaultReads",
      '["a/1","A","a"]',
      '"a/1" is not the name of a secret: use letters, digits, and "-", without a version',
    ],
    ["keyVaultReads", '["A","a"]', '"a" is listed twice: remove one'],
    ["ownKeyVault", "yes", '"yes" is not a boolean: use "true" or "false"'],
    [
      "keyVaultName",
      "my--vault",
      '"my--vault" is not the name of a Key Vault: use its name alone, 3 to 24 letters, digits, and single "-", starting with a letter',
    ],
    ["keyVaultPurgeProtection", "no", '"no" is not a boolean: use "true" or "false"'],
    ["keyVaultRetentionDays", "6", "6 is out of range: use a whole number from 7 to 90"],
    [
      "keyVaultWriters",
      `{"${person}":"Robot"}`,
      `the type of "${person}" is "Robot": use "User", "Group", or "ServicePrincipal"`,
    ],
    [
      "keyVaultAllowedRanges",
      '["0.0.0.0/0"]',
      '"0.0.0.0/0" allows every address: to allow all, remove keyVaultAllowedRanges',
    ],
    [
      "keyVaultDnsZone",
      "system",
      '"system" is not "own", "none", or the resource id of a zone privatelink.vaultcore.azure.net: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n privatelink.vaultcore.azure.net',
    ],
    ["assignKeyVaultRole", "no", '"no" is not a boolean: use "true" or "false"'],
  ],
  together: [
    [
      "a vault without secrets",
      { keyVaultId: vault, keyVaultRotation: "1h", assignKeyVaultRole: "false" },
      [
        ...["keyVaultId", "assignKeyVaultRole"].map(
          (key) =>
            `tarmac:${key}: has no effect without keyVaultSecrets or keyVaultReads: name the secrets there, or remove this`,
        ),
        "tarmac:keyVaultRotation: has no effect without keyVaultSecrets: name the secrets there, or remove this",
      ],
    ],
    [
      "secrets without a vault, and without a reader",
      { keyVaultSecrets: '{"A":"a"}' },
      [
        `tarmac:keyVaultId: is required for keyVaultSecrets and keyVaultReads, or set ownKeyVault to true: ${idOf}`,
        "tarmac:keyVaultSecrets: needs an identity that reads the secrets: set appIdentity to true, or remove keyVaultSecrets",
      ],
    ],
    [
      "secrets without a reader, at another vault's address",
      { ...own, keyVaultReads: '["a"]', environment: '{"KEY_VAULT_URL":"x"}' },
      [
        "tarmac:keyVaultReads: needs an identity that reads the secrets: set appIdentity to true, or remove keyVaultReads",
        "tarmac:keyVaultReads: sets the variable KEY_VAULT_URL, which is also in environment: remove it there",
      ],
    ],
    [
      "a vault of the stack's own and another one",
      { ...beside, ...own, keyVaultDnsZone: "none" },
      [
        "tarmac:ownKeyVault: creates a vault, but keyVaultId names an existing one: remove one of the two",
        "tarmac:keyVaultDnsZone: applies only to a vault with a private endpoint: set privateRegistry to true, or remove this",
      ],
    ],
    [
      "settings of a vault that the stack does not create",
      { keyVaultName: "shop", keyVaultRetentionDays: "7" },
      ["keyVaultName", "keyVaultRetentionDays"].map(
        (key) => `tarmac:${key}: has no effect without ownKeyVault: set ownKeyVault to true, or remove this`,
      ),
    ],
    [
      "a variable from two sources, and a file in the folder of the secrets",
      {
        ...{ appIdentity: "true", keyVaultId: vault, keyVaultSecrets: '{"A":"a"}', environment: '{"A":"1"}' },
        configFiles: '{"/mnt/secrets-store/app.json":"{}"}',
      },
      [
        'tarmac:keyVaultSecrets: "A" is also set in environment, and only one can apply: remove it from one of them',
        'tarmac:keyVaultSecrets: "/mnt/secrets-store/app.json" (configFiles) is in "/mnt/secrets-store", which the volume of the secrets fills: move one of the two',
      ],
    ],
    [
      "the rotation of an existing cluster",
      { ...onExisting, keyVaultRotation: "1h" },
      [
        "tarmac:keyVaultRotation: applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two",
      ],
    ],
    [
      "a certificate that is renewed by a disabled rotation",
      {
        ...{ ...beside, keyVaultRotation: "off", keyVaultCertificate: certificate },
        ...{ hostname: "hello.example.com", gatewayClass: "approuting-istio" },
      },
      [
        "tarmac:keyVaultRotation: off would also keep the certificate of keyVaultCertificate from being renewed: use an interval, or remove this",
      ],
    ],
  ],
};
