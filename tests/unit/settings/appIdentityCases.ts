/** Accepted and rejected values of the settings of the service's identity in Azure, with the messages. */
import { map, type SettingCases } from "./settingCases.ts";

const vault =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop";
const issuer = "https://swedencentral.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000001/cluster/";
const kubeconfig =
  "clusters: [{name: c, cluster: {server: https://c}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: company, context: {cluster: c, user: u}}]\ncurrent-context: company";
const issuerOf =
  "use what this command prints: az aks show --query oidcIssuerProfile.issuerUrl -o tsv -g GROUP -n CLUSTER";
const names =
  '"App Configuration Data Reader", "Azure Event Hubs Data Receiver", "Azure Event Hubs Data Sender", "Azure Service Bus Data Receiver", "Azure Service Bus Data Sender", "Key Vault Crypto User", "Key Vault Secrets User", "Storage Blob Data Contributor", "Storage Blob Data Reader", "Storage Queue Data Contributor", "Storage Queue Data Message Processor", "Storage Queue Data Message Sender", "Storage Queue Data Reader"';
const elsewhere = "or have another role assigned to the object id in the output appIdentityObjectId";
const scope = (id: string) =>
  `"${id}" is not the resource id of something of the type Microsoft.KeyVault/vaults, where Key Vault Secrets User has an effect: use the id of one resource, or of a part of it, as "az resource show --query id" prints it`;

export const appIdentityCases: SettingCases = {
  accepted: [
    ["appIdentity", "true", true],
    ["appRoles", `{"Key Vault Secrets User":["${vault}"]}`, { "Key Vault Secrets User": [vault] }],
    [
      "appRoles",
      `{"Key Vault Secrets User":["${vault}/secrets/database"]}`,
      { "Key Vault Secrets User": [`${vault}/secrets/database`] },
    ],
  ],
  beside: { appRoles: { appIdentity: "true" } },
  refused: [
    ["appIdentity", "yes", '"yes" is not a boolean: use "true" or "false"'],
    ["appRoles", vault, `"${vault}" ${map}`],
    [
      "appRoles",
      `{"Owner":["${vault}"]}`,
      `"Owner" is not a role that an app is granted; use one of ${names}, ${elsewhere}`,
    ],
    [
      "appRoles",
      `{"Key Vault Secret User":["${vault}"]}`,
      `"Key Vault Secret User" is not a role that an app is granted; did you mean "Key Vault Secrets User"?; use one of ${names}, ${elsewhere}`,
    ],
    [
      "appRoles",
      `{"Key Vault Secrets User":"${vault}"}`,
      '"Key Vault Secrets User" wants a list of resource ids: use e.g. ["/subscriptions/.../vaults/NAME"]',
    ],
    [
      "appRoles",
      `{"Key Vault Secrets User":["/subscriptions/1","${vault.replace("KeyVault/vaults", "Storage/storageAccounts")}"]}`,
      scope("/subscriptions/1"),
      scope(vault.replace("KeyVault/vaults", "Storage/storageAccounts")),
    ],
    ["oidcIssuer", "contoso", `"contoso" is not the URL of an OIDC issuer: ${issuerOf}`],
    [
      "oidcIssuer",
      "http://issuer.example.com/",
      `"http://issuer.example.com/" is not the URL of an OIDC issuer: ${issuerOf}`,
    ],
  ],
  together: [
    [
      "roles of an identity that does not exist",
      { appRoles: `{"Key Vault Secrets User":["${vault}"]}` },
      ["tarmac:appRoles: has no effect without appIdentity: set appIdentity to true, or remove this"],
    ],
    [
      "an identity on a cluster with an unknown issuer",
      { appIdentity: "true", kubeconfig },
      [`tarmac:oidcIssuer: is required for appIdentity on an existing cluster: ${issuerOf}`],
    ],
    [
      "the issuer of a cluster that the stack creates",
      { appIdentity: "true", oidcIssuer: issuer },
      ["tarmac:oidcIssuer: applies only to an existing cluster, and the stack creates one: remove this"],
    ],
  ],
};
