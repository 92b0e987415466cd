/**
 * `Pulumi.local.env` in the checkout: the variables of this environment for commands about the stack "local". Any stack can
 * have such a file. This one exists from `npm start` until `npm run down -- --purge`, and git ignores it.
 */
import { rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { checkoutFolder } from "../layout.ts";
import { programFolders, stackName, stackVariables } from "./stack.ts";

const file = join(checkoutFolder, `Pulumi.${stackName}.env`);

/** Single quotes keep the value literal. The values are paths, addresses and base64, which contain no quotes. */
const line = (name: string, value: string) => `${name}='${value}'`;

export function environmentFileText(variables: Readonly<Record<string, string>>, folders: readonly string[]): string {
  return [
    "# The local environment, written by npm start. Git ignores this file.",
    line("PATH", [...folders, "${PATH}"].join(delimiter)),
    ...Object.entries(variables).map(([name, value]) => line(name, value)),
    "",
  ].join("\n");
}

/** The variables include the secret of the simulated deployer. */
export const writeEnvironmentFile = (): void => {
  rmSync(file, { force: true });
  writeFileSync(file, environmentFileText(stackVariables(), programFolders()), { mode: 0o600 });
};

export const removeEnvironmentFile = (): void => rmSync(file, { force: true });
