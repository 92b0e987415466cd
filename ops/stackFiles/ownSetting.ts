/** A setting of the project itself in a stack file: `PROJECT:KEY`, or `KEY` alone. */
import { project, projectNameIn } from "../project.ts";

/**
 * @param config a stack file's settings, by key
 * @param name of the project
 */
export const ownSetting = (
  config: Readonly<Record<string, unknown>>,
  key: string,
  name = projectNameIn(project),
): unknown => config[`${name}:${key}`] ?? config[key];
