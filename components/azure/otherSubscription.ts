/** An azure-native provider for another subscription, with the rest of the stack's configuration. */
import * as pulumi from "@pulumi/pulumi";
import { Provider, type ProviderArgs } from "@pulumi/azure-native/provider.js";

const texts = [
  "clientCertificatePath",
  "environment",
  "metadataHost",
  "msiEndpoint",
  "oidcRequestUrl",
  "oidcTokenFilePath",
  "partnerId",
  "tenantId",
] as const;
const secrets = ["clientCertificatePassword", "clientId", "clientSecret", "oidcRequestToken", "oidcToken"] as const;
const flags = [
  "disableInstanceDiscovery",
  "disablePulumiPartnerId",
  "useDefaultAzureCredential",
  "useMsi",
  "useOidc",
] as const;

/**
 * A provider created in a program does not read the configuration `azure-native:*`. It does read the ARM_* environment
 * variables.
 */
export function providerFor(subscriptionId: string, name: string, opts?: pulumi.ResourceOptions): Provider {
  const config = new pulumi.Config("azure-native");
  const args: ProviderArgs = {
    ...Object.fromEntries(texts.map((key) => [key, config.get(key)])),
    ...Object.fromEntries(secrets.map((key) => [key, config.getSecret(key)])),
    ...Object.fromEntries(flags.map((key) => [key, config.getBoolean(key)])),
    auxiliaryTenantIds: config.getObject<string[]>("auxiliaryTenantIds"),
    subscriptionId,
  };
  return new Provider(name, args, opts);
}
