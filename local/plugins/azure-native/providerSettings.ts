/** The plugin's configuration: the official plugin's own settings and environment variables, as far as a local cloud needs them. */
import { reveal } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";

export interface Settings {
  /** Where the cloud describes its endpoints: host and port. */
  metadataHost: string;
  tenantId: string;
  clientId: string;
  /** What the client signs in with: its secret, or the token of somebody whom it trusts. */
  clientSecret?: string | undefined;
  oidcToken?: string | undefined;
  subscriptionId: string;
  /** For resources whose program gives no location. */
  location?: string | undefined;
}

const standIn =
  "this azure-native plugin is the local environment's stand-in: it manages a simulated Azure on this machine and nothing else";

/** True for a host (`name`, `name:port` or a URL) that cannot be anywhere but on this machine. */
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
      `${standIn}. Without metadataHost (ARM_METADATA_HOSTNAME) this stack means the public cloud: ` +
        "install the official plugin with 'pulumi plugin install resource azure-native' and take this one off PATH, " +
        "or select the local stack.",
    );
  }
  if (!isLoopback(metadataHost)) {
    throw new Error(
      `${standIn}. metadataHost is ${metadataHost}; it has to be a loopback name such as localhost:47443. ` +
        "Use the official plugin for any other cloud.",
    );
  }
  return metadataHost;
}

/**
 * The settings, from the stack's configuration or else the environment.
 *
 * @throws Error when this is not a cloud on this machine, or when a setting that signing in needs is missing.
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
          "client secret; 'npm run status' says whether it runs, and 'npm start' sets these values.",
      );
    }
    return value;
  };

  const metadataHost = requireLoopback(setting("metadataHost", "ARM_METADATA_HOSTNAME"));
  if (setting("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY") !== "true") {
    throw new Error(
      "azure-native:disableInstanceDiscovery (ARM_DISABLE_INSTANCE_DISCOVERY) has to be true: " +
        "Microsoft's directory of clouds does not know one on this machine",
    );
  }
  const useOidc = setting("useOidc", "ARM_USE_OIDC") === "true";
  return {
    metadataHost,
    tenantId: required("tenantId", "ARM_TENANT_ID"),
    clientId: required("clientId", "ARM_CLIENT_ID"),
    ...(useOidc
      ? { oidcToken: required("oidcToken", "ARM_OIDC_TOKEN") }
      : { clientSecret: required("clientSecret", "ARM_CLIENT_SECRET") }),
    subscriptionId: required("subscriptionId", "ARM_SUBSCRIPTION_ID"),
    location: setting("location", "ARM_LOCATION"),
  };
}
