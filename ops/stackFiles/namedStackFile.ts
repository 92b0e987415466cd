/** The stack file that a command works with. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CouldNotRun } from "../couldNotRun.ts";
import { caller, project } from "../project.ts";
import { stackFile, stacksIn } from "./stackFile.ts";

/** @param configFile `--config-file`, relative to the caller's folder @throws CouldNotRun if the file does not exist */
export function namedStackFile(stack: string, configFile: string | undefined): string {
  const file = configFile === undefined ? stackFile(project, stack) : resolve(caller, configFile);
  if (existsSync(file)) return file;
  throw new CouldNotRun(
    configFile === undefined
      ? `Pulumi.${stack}.yaml does not exist; the stacks with a file are ${stacksIn(project).join(", ")}. For another file: --config-file FILE`
      : `--config-file: ${configFile} does not exist`,
  );
}
