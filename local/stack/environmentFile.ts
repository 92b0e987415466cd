/**
 * `Pulumi.local.env` in the checkout: the variables of this environment for the commands about the stack "local", as any stack
 * may have such a file. It is there from `npm start` until `npm run down -- --purge`, and git ignores it.
 */
import { rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { checkoutFolder } from "../settings.ts";
import { programFolders, stackName, stackVariables } from "./stack.ts";

const file = join(checkoutFolder, `Pulumi.${stackName}.env`);

/** Single quotes: taken as it is. None of the values, which are paths, addresses and base64, has one. */
const line = (name: string, value: string) => `${name}='${value}'`;

export function environmentFileText(variables: Readonly<Record<string, string>>, folders: readonly string[]): string {
  return [
    "# The local environment, written by npm start. Git ignores this file.",
    line("PATH", [...folders, "${PATH}"].join(delimiter)),
    ...Object.entries(variables).map(([name, value]) => line(name, value)),
    "",
  ].join("\n");
}

/** Among the variables is the secret of the simulated deployer. */
export const writeEnvironmentFile = (): void => {
  rmSync(file, { force: true });
  writeFileSync(file, environmentFileText(stackVariables(), programFolders()), { mode: 0o600 });
};

export const removeEnvironmentFile = (): void => rmSync(file, { force: true });
