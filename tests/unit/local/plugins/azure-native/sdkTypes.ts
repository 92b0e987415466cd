/** The installed SDK's type declarations, at every depth, which the descriptions of types are compared with. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Members } from "../../../schema/declarations.ts";
import { laterVersions, objectMembers, resourceSchema } from "../../../schema/resourceSchemas.ts";
import type { Type } from "../../../schema/typeText.ts";

export type { Type };

export interface SdkResource {
  apiVersion: string | undefined;
  inputs: Members;
  outputs: Members;
}

export function sdkResource(token: string): SdkResource {
  const schema = resourceSchema(token);
  if (schema === undefined) throw new Error(`${token} is not declared`);
  const [, module = "", name = ""] = token.split(":");
  const later = laterVersions[token];
  if (later !== undefined) return { ...schema, apiVersion: later.apiVersion };
  const file = `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
  const text = readFileSync(join(dirname(require.resolve("@pulumi/azure-native/package.json")), file), "utf8");
  return { ...schema, apiVersion: /Uses Azure REST API version (\S+)\./.exec(text)?.[1] };
}

/** The members of the object, or of the objects in a list or map, that a type stands for; none for plain types. */
export function sdkMembers(type: Type): Members {
  if (type.kind === "list" || type.kind === "map") return sdkMembers(type.of);
  if (type.kind === "union") return type.of.map(sdkMembers).find(({ size }) => size > 0) ?? new Map();
  return type.kind === "reference" && type.path[0] !== "enums" ? objectMembers("azure-native", type.path) : new Map();
}
