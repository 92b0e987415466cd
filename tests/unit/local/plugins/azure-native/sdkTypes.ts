/** The property names that the installed SDK declares, read from its type declarations: what the table is held against. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(require.resolve("@pulumi/azure-native/package.json"));

function source(file: string): string {
  return readFileSync(join(root, file), "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
}

/** Members of a declaration's body, at one depth of indentation, with their types; a `?` says optional. */
function members(body: string, indent: string): Map<string, { optional: boolean; type: string }> {
  const pattern = new RegExp(`^${indent}(?:readonly )?(\\w+)(\\??): ([\\s\\S]*?);$`, "gm");
  return new Map(
    [...body.matchAll(pattern)].map(([, name = "", mark, type = ""]) => [name, { optional: mark === "?", type }]),
  );
}

function bodyOf(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  if (from === -1) throw new Error(`${start} is not declared`);
  return text.slice(from, text.indexOf(end, from));
}

/** `azure-native:containerservice:AgentPool` -> `containerservice/agentPool` */
function moduleOf(token: string): { file: string; name: string } {
  const [, module = "", name = ""] = token.split(":");
  return { file: `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}`, name };
}

export interface SdkResource {
  apiVersion: string | undefined;
  inputs: Map<string, { optional: boolean; type: string }>;
  outputs: Map<string, { optional: boolean; type: string }>;
}

export function sdkResource(token: string): SdkResource {
  const { file, name } = moduleOf(token);
  const raw = readFileSync(join(root, `${file}.d.ts`), "utf8");
  const text = source(`${file}.d.ts`);
  const outputs = bodyOf(text, `class ${name} extends`, "\n}\n");
  return {
    apiVersion: /Uses Azure REST API version (\S+)\./.exec(raw)?.[1],
    inputs: members(bodyOf(text, `interface ${name}Args {`, "\n}"), "    "),
    outputs: members(outputs.replace(/^ {4}(static|constructor)[\s\S]*?;$/gm, ""), "    "),
  };
}

const declarations = new Map<string, string>();

function namespace(kind: "input" | "output", module: string): string {
  const key = `${kind}/${module}`;
  const known = declarations.get(key);
  if (known !== undefined) return known;
  const text = readFileSync(join(root, `types/${kind}.d.ts`), "utf8");
  const start = text.indexOf(`export declare namespace ${module} {`);
  const end = text.indexOf("\nexport declare namespace ", start + 1);
  const found = text.slice(start, end === -1 ? undefined : end).replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  declarations.set(key, found);
  return found;
}

/** The members of the object type that a property's type refers to, such as `inputs.containerservice.SkuArgs`; none for plain types. */
export function sdkMembers(kind: "input" | "output", type: string): Map<string, { optional: boolean; type: string }> {
  const [, module, name] = /(?:inputs|outputs)\.(\w+)\.(\w+)/.exec(type) ?? [];
  if (module === undefined || name === undefined) return new Map();
  return members(bodyOf(namespace(kind, module), `interface ${name} {`, "\n    }"), "        ");
}
