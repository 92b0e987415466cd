/** The plugin's configuration: those settings and environment variables of the official plugin that a local cloud needs. */
import { reveal } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";

export interface Settings {
  /** Host and port of the cloud's metadata. */
  metadataHost: string;
  tenantId: string;
  clientId: string;
  /** The client signs in with its secret, or with the token of an issuer that it trusts. */
  clientSecret?: string | undefined;
  oidcToken?: string | undefined;
  /** Where a workflow's run gets such a token, and the token that it asks with. */
  oidcRequest?: { url: string; token: string } | undefined;
  subscriptionId: string;
  /** For resources whose program sets no location. */
  location?: string | undefined;
}

const standIn =
  "this azure-native plugin is the local environment's stand-in, which only works with the simulated Azure on this machine";

/** Whether a host (`name`, `name:port` or a URL) is a loopback name. */
export function isLoopback(host: string): boolean {
  let name: string;
  try {
    name = new URL(host.includes("://") ? host : `https://${host}`).hostname;
  } catch {
    return false;
  }
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(\.\d+){3}$/.test(name);
}

function requireLoopback(metadataHost: string | undefined): string {
  if (metadataHost === undefined) {
    throw new Error(
      `${standIn}. Without metadataHost (ARM_METADATA_HOSTNAME) this stack uses the public cloud: ` +
        "install the official plugin with 'pulumi plugin install resource azure-native' and remove this one from PATH, " +
        "or select the local stack.",
    );
  }
  if (!isLoopback(metadataHost)) {
    throw new Error(
      `${standIn}. metadataHost is ${metadataHost}; it must be a loopback name such as localhost:47443. ` +
        "Use the official plugin for any other cloud.",
    );
  }
  return metadataHost;
}

/**
 * The settings, from the stack's configuration or else the environment.
 *
 * @throws Error when the cloud is not on this machine, or when a setting for sign-in is missing
 */
export function readSettings(config: Properties, environment: NodeJS.ProcessEnv = process.env): Settings {
  const setting = (name: string, variable: string): string | undefined => {
    const value = reveal(config[name] ?? environment[variable] ?? "");
    return value === "" ? undefined : typeof value === "string" ? value : JSON.stringify(value);
  };
  const required = (name: string, variable: string): string => {
    const value = setting(name, variable);
    if (value === undefined) {
      throw new Error(
        `azure-native:${name} (${variable}) is not set. The local environment signs in as a service principal with a ` +
          "client secret; 'npm run status' shows whether it runs, and 'npm start' sets these values.",
      );
    }
    return value;
  };

  const metadataHost = requireLoopback(setting("metadataHost", "ARM_METADATA_HOSTNAME"));
  if (setting("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY") !== "true") {
    throw new Error(
      "azure-native:disableInstanceDiscovery (ARM_DISABLE_INSTANCE_DISCOVERY) must be true: " +
        "Microsoft's list of clouds does not contain a cloud on this machine",
    );
  }
  const useOidc = setting("useOidc", "ARM_USE_OIDC") === "true";
  /** The token that is given, or else where the run of a workflow gets one. */
  const federated = () => {
    // GitHub sets the second names: https://www.pulumi.com/registry/packages/azure-native/installation-configuration
    const url = setting("oidcRequestUrl", "ARM_OIDC_REQUEST_URL") ?? environment.ACTIONS_ID_TOKEN_REQUEST_URL;
    const token = setting("oidcRequestToken", "ARM_OIDC_REQUEST_TOKEN") ?? environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    return setting("oidcToken", "ARM_OIDC_TOKEN") === undefined && url !== undefined && token !== undefined
      ? { oidcRequest: { url, token } }
      : { oidcToken: required("oidcToken", "ARM_OIDC_TOKEN") };
  };
  return {
    metadataHost,
    tenantId: required("tenantId", "ARM_TENANT_ID"),
    clientId: required("clientId", "ARM_CLIENT_ID"),
    ...(useOidc ? federated() : { clientSecret: required("clientSecret", "ARM_CLIENT_SECRET") }),
    subscriptionId: required("subscriptionId", "ARM_SUBSCRIPTION_ID"),
    location: setting("location", "ARM_LOCATION"),
  };
}
