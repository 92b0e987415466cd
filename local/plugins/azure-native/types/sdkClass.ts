/** Reads from the installed SDK's class of a resource which inputs and outputs the resource has, and in which api-version. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface SdkClass {
  apiVersion: string;
  inputs: string[];
  /** Without `id` and `azureApiVersion`. */
  outputs: string[];
}

const sdkFolder = dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));

/**
 * The constructor of a generated class assigns every input from its arguments when it creates a resource, and names every output when it looks
 * one up.
 *
 * @param token such as `azure-native:storage:StorageAccount`; in a version of its own, `azure-native:storage/v20240101:StorageAccount`, the class
 * of the default version
 */
export function readSdkClass(token: string): SdkClass {
  const [, module = "", name = ""] = token.split(":");
  const file = join(sdkFolder, module.split("/")[0] ?? "", `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`);
  const text = readFileSync(file, "utf8");
  const apiVersion = /Uses Azure REST API version (\S+)\./.exec(text)?.[1];
  const [, creating = "", lookingUp = ""] =
    /if \(!opts\.id\) \{([\s\S]*?)\n {8}\}\s*else \{([\s\S]*?)\n {8}\}/.exec(text) ?? [];
  const assigned = (block: string, value: RegExp) =>
    [...block.matchAll(/resourceInputs\["(\w+)"\] = (.*);/g)].flatMap(([, property = "", from = ""]) =>
      value.test(from) ? [property] : [],
    );
  const inputs = assigned(creating, /args/);
  const outputs = assigned(lookingUp, /undefined/).filter((property) => property !== "azureApiVersion");
  if (apiVersion === undefined || outputs.length === 0)
    throw new Error(`${file} is not a class as the SDK generates them`);
  return { apiVersion, inputs, outputs };
}
