/**
 * `/metadata/endpoints` tells tools where a cloud's services are. The azure-native plugin (`metadataHost`), Terraform and
 * `az cloud register --endpoint-resource-manager` read it.
 */
import type { Cloud } from "./cloud.ts";
import type { Reply, Request } from "./httpMessages.ts";

/** The audiences of tokens for the Resource Manager: the public cloud's names and this cloud's. */
export function armAudiences(endpoint: string): string[] {
  return [
    "https://management.core.windows.net/",
    "https://management.core.windows.net",
    "https://management.azure.com/",
    "https://management.azure.com",
    `${endpoint}/`,
    endpoint,
  ];
}

/** The audience of tokens that only registries accept. */
export const registryAudience = "https://containerregistry.azure.net";

/** The audiences of tokens for the blob service and for the vaults' own service. */
export const storageAudience = "https://storage.azure.com";
export const vaultAudience = "https://vault.azure.net";

/** The audience of tokens for Microsoft Graph, which is also the address that Graph is served below. */
export const graphAudience = (endpoint: string): string => `${endpoint}/graph`;

const cloudName = "TarmacLocal";

/**
 * The document in the form of the requested api-version: one object since 2020, a list of clouds in 2019, and Azure Stack's short form in
 * 1.0 and 2015. Services that are not simulated keep the public cloud's addresses.
 */
export function metadataEndpoints(cloud: Cloud, request: Request): Reply {
  const version = request.query.get("api-version") ?? "";
  const { endpoint } = cloud;
  const authentication = {
    loginEndpoint: endpoint,
    audiences: [`${endpoint}/`, endpoint],
    tenant: cloud.deployer.tenantId,
    identityProvider: "AAD",
  };
  if (version === "1.0" || version.startsWith("2015")) {
    return {
      status: 200,
      body: {
        galleryEndpoint: endpoint,
        graphEndpoint: "https://graph.windows.net/",
        portalEndpoint: endpoint,
        authentication: { loginEndpoint: endpoint, audiences: authentication.audiences },
      },
    };
  }
  const document = {
    portal: endpoint,
    authentication,
    media: "https://rest.media.azure.net",
    graphAudience: "https://graph.windows.net/",
    graph: "https://graph.windows.net/",
    name: cloudName,
    suffixes: {
      acrLoginServer: "localhost",
      azureDataLakeStoreFileSystem: "azuredatalakestore.net",
      azureDataLakeAnalyticsCatalogAndJob: "azuredatalakeanalytics.net",
      azureFrontDoorEndpointSuffix: "azurefd.net",
      keyVaultDns: "vault.azure.net",
      mhsmDns: "managedhsm.azure.net",
      sqlServerHostname: "database.windows.net",
      mysqlServerEndpoint: "mysql.database.azure.com",
      postgresqlServerEndpoint: "postgres.database.azure.com",
      mariadbServerEndpoint: "mariadb.database.azure.com",
      storage: "core.windows.net",
      storageSyncEndpointSuffix: "afs.azure.net",
      synapseAnalytics: "dev.azuresynapse.net",
      attestationEndpoint: "attest.azure.net",
    },
    batch: "https://batch.core.windows.net/",
    resourceManager: endpoint,
    vmImageAliasDoc:
      "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json",
    activeDirectoryDataLake: "https://datalake.azure.net/",
    sqlManagement: "https://management.core.windows.net:8443/",
    microsoftGraphResourceId: `${graphAudience(endpoint)}/`,
    appInsightsResourceId: "https://api.applicationinsights.io",
    appInsightsTelemetryChannelResourceId: "https://dc.applicationinsights.azure.com/v2/track",
    attestationResourceId: "https://attest.azure.net",
    synapseAnalyticsResourceId: "https://dev.azuresynapse.net",
    logAnalyticsResourceId: "https://api.loganalytics.io",
    ossrDbmsResourceId: "https://ossrdbms-aad.database.windows.net",
    gallery: endpoint,
  };
  return { status: 200, body: version.startsWith("2019") ? [document] : document };
}
