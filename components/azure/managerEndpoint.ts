/** Where the Resource Manager of the stack's cloud is, for what no resource type of the provider does. */
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
 * The address without a slash at its end, by the settings of the Azure provider.
 * @throws pulumi.RunError when the cloud is not known, or does not say where it is
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
