/** Azure settings in a stack file. */
import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { appNameIn } from "../stackFiles/appName.ts";
import type { AzureSettings } from "./signIn.ts";

/** @param config a stack file's settings, by key */
export function azureSettingsIn(config: Readonly<Record<string, unknown>>): AzureSettings {
  const given = <Key extends string>(key: Key, setting: string) => {
    const value = config[setting];
    return (typeof value === "string" ? { [key]: value } : {}) as { [key in Key]?: string };
  };
  const { name } = given("name", "tarmac:existingRegistry");
  const { group } = given("group", "tarmac:existingRegistryGroup");
  return {
    app: appNameIn(config),
    ...given("metadataHost", "azure-native:metadataHost"),
    ...given("subscription", "azure-native:subscriptionId"),
    ...(name === undefined || group === undefined
      ? {}
      : { registry: { name, group, ...given("subscription", "tarmac:existingRegistrySubscription") } }),
  };
}

/** The settings of a stack file; the defaults if the file does not exist. */
export function azureSettingsOf(file: string): AzureSettings {
  if (!existsSync(file)) return azureSettingsIn({});
  const { config } = (parseDocument(readFileSync(file, "utf8")).toJS() ?? {}) as { config?: Record<string, unknown> };
  return azureSettingsIn(config ?? {});
}
