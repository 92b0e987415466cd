/** The app of a stack, as in the tag `app` of all its Azure resources. */
import { generalSettings } from "@tarmac/settings/generalSettings";
import { project, projectNameIn } from "../project.ts";

/**
 * @param config a stack file's settings, by key
 * @param name of the project, the prefix of a key
 */
export function appNameIn(config: Readonly<Record<string, unknown>>, name = projectNameIn(project)): string {
  const named = config[`${name}:appName`] ?? config.appName;
  return typeof named === "string" ? named : generalSettings.appName.default;
}
