/**
 * Finds the Resource Manager endpoint of the stack's cloud, for requests that have no resource type in the provider.
 */
import * as pulumi from "@pulumi/pulumi";

/** https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure#guidance-for-developers */
const endpoints: Readonly<Record<string, string>> = {
  public: "https://management.azure.com",
  azurecloud: "https://management.azure.com",
  usgovernment: "https://management.usgovcloudapi.net",
  azureusgovernment: "https://management.usgovcloudapi.net",
  china: "https://management.chinacloudapi.cn",
  azurechinacloud: "https://management.chinacloudapi.cn",
};

/**
 * Returns the address without a trailing slash, from the Azure provider's settings.
 * @throws pulumi.RunError when the cloud is unknown or does not report its endpoint
 */
export async function managerEndpoint(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const config = new pulumi.Config("azure-native");
  const host = config.get("metadataHost") ?? env.ARM_METADATA_HOSTNAME;
  if (host !== undefined && host !== "") return endpointOf(host);
  const environment = config.get("environment") ?? env.ARM_ENVIRONMENT ?? "public";
  const endpoint = endpoints[environment.toLowerCase()];
  if (endpoint !== undefined) return endpoint;
  throw new pulumi.RunError(
    `azure-native:environment: "${environment}" is not public, usgovernment, or china; for another cloud, set azure-native:metadataHost`,
  );
}

async function endpointOf(host: string): Promise<string> {
  const response = await fetch(`https://${host}/metadata/endpoints?api-version=2022-09-01`);
  const { resourceManager } = response.ok ? ((await response.json()) as { resourceManager?: string }) : {};
  if (resourceManager !== undefined) return resourceManager.replace(/\/+$/, "");
  throw new pulumi.RunError(
    `azure-native:metadataHost: "${host}" answers ${response.status} and names no Resource Manager`,
  );
}
