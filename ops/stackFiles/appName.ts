/** The app of a stack, as in the tag `app` of all its Azure resources. */
import { generalSettings } from "@tarmac/settings/generalSettings";
import { ownSetting } from "./ownSetting.ts";

/**
 * @param config a stack file's settings, by key
 * @param name of the project. Default: the current one
 */
export function appNameIn(config: Readonly<Record<string, unknown>>, name?: string): string {
  const named = ownSetting(config, "appName", name);
  return typeof named === "string" ? named : generalSettings.appName.default;
}
