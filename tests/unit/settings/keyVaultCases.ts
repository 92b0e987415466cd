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
const idOf = "use what this command prints: az keyvault show --query id -o tsv -n NAME";

export const keyVaultCases: SettingCases = {
  accepted: [
    ["keyVaultSecrets", '{"DB_PASSWORD":"database-password"}', { DB_PASSWORD: "database-password" }],
    ["keyVaultSecrets", '{"/mnt/keys/a.pem":"a"}', { "/mnt/keys/a.pem": "a" }],
    ["keyVaultId", vault, vault],
    ["keyVaultRotation", "1h", "1h"],
    ["keyVaultRotation", "off", "off"],
    ["assignKeyVaultRole", "false", false],
  ],
  beside: {
    keyVaultSecrets: beside,
    keyVaultId: beside,
    keyVaultRotation: beside,
    assignKeyVaultRole: beside,
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
    ["assignKeyVaultRole", "no", '"no" is not a boolean: use "true" or "false"'],
  ],
  together: [
    [
      "a vault and no secret of it",
      { keyVaultId: vault, keyVaultRotation: "1h", assignKeyVaultRole: "false" },
      ["keyVaultId", "keyVaultRotation", "assignKeyVaultRole"].map(
        (key) => `tarmac:${key}: has no effect without keyVaultSecrets: name the secrets there, or remove this`,
      ),
    ],
    [
      "secrets of no vault, which nobody reads",
      { keyVaultSecrets: '{"A":"a"}' },
      [
        "tarmac:keyVaultSecrets: needs an identity that reads the secrets: set appIdentity to true, or remove keyVaultSecrets",
        `tarmac:keyVaultId: is required for keyVaultSecrets: ${idOf}`,
      ],
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
      "how an existing cluster rotates",
      { ...onExisting, keyVaultRotation: "1h" },
      [
        "tarmac:keyVaultRotation: applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two",
      ],
    ],
    [
      "a certificate that is renewed by a rotation that is off",
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
