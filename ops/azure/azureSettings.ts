/** Azure settings in a stack file. */
import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { appNameIn } from "../stackFiles/appName.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";
import type { AzureSettings } from "./signIn.ts";

/**
 * @param config a stack file's settings, by key
 * @param project its name. Default: that of the current one
 */
export function azureSettingsIn(config: Readonly<Record<string, unknown>>, project?: string): AzureSettings {
  const text = <Key extends string>(key: Key, value: unknown) =>
    (typeof value === "string" ? { [key]: value } : {}) as { [key in Key]?: string };
  const own = (key: string) => ownSetting(config, key, project);
  const { name } = text("name", own("existingRegistry"));
  const { group } = text("group", own("existingRegistryGroup"));
  return {
    app: appNameIn(config, project),
    ...text("metadataHost", config["azure-native:metadataHost"]),
    ...text("subscription", config["azure-native:subscriptionId"]),
    ...(name === undefined || group === undefined
      ? {}
      : { registry: { name, group, ...text("subscription", own("existingRegistrySubscription")) } }),
  };
}

/** The settings of a stack file; the defaults if the file does not exist. */
export function azureSettingsOf(file: string): AzureSettings {
  if (!existsSync(file)) return azureSettingsIn({});
  const { config } = (parseDocument(readFileSync(file, "utf8")).toJS() ?? {}) as { config?: Record<string, unknown> };
  return azureSettingsIn(config ?? {});
}
