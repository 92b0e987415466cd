/**
 * The declarations of the providers' SDKs: the members of interfaces and classes and the values of enums, read from the
 * installed `.d.ts` files. Reads only the requested parts, because Azure's declarations alone are 16 MB.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseType, type Type } from "./typeText.ts";

export interface Member {
  type: Type;
  optional: boolean;
}

export type Members = ReadonlyMap<string, Member>;

const texts = new Map<string, string>();

/** Text of a file of an SDK, e.g. `azure-native` and `types/input.d.ts`. */
function textOf(sdk: string, file: string): string {
  const path = join(folderOf(sdk), file);
  // The search expects every declaration at the beginning of a line.
  const text = texts.get(path) ?? `\n${readFileSync(path, "utf8")}`;
  texts.set(path, text);
  return text;
}

const folderOf = (sdk: string) => dirname(require.resolve(`@pulumi/${sdk}/package.json`));

/** The declaration file of a name in a folder of an SDK, ignoring case (`ManagedCluster` is in `managedCluster.d.ts`). */
export function fileOf(sdk: string, folder: string, name: string): string | undefined {
  const path = join(folderOf(sdk), folder);
  const wanted = `${name}.d.ts`.toLowerCase();
  const found = existsSync(path) ? readdirSync(path).find((file) => file.toLowerCase() === wanted) : undefined;
  return found === undefined ? undefined : join(folder, found);
}

type Declared = "interface" | "class" | "const";

/** The beginning of a declaration, up to its brace. Only interfaces have no `declare`. */
function head(what: Declared | "namespace", name: string, depth: number): string {
  const front = depth > 0 ? "    ".repeat(depth) : what === "interface" ? "export " : "export declare ";
  const after = { interface: " {", namespace: " {", class: " extends ", const: ": {" }[what];
  return `\n${front}${what} ${name}${after}`;
}

const blocks = new Map<string, string | undefined>();

/** The text between the braces of a declaration. Cached, because each search reads most of the file. */
function block(sdk: string, file: string, path: readonly string[], what: Declared | "namespace"): string | undefined {
  const [key, outer, name = ""] = [`${sdk} ${file} ${what} ${path.join(".")}`, path.slice(0, -1), path.at(-1)];
  if (blocks.has(key)) return blocks.get(key);
  const text = outer.length === 0 ? textOf(sdk, file) : block(sdk, file, outer, "namespace");
  const start = text?.indexOf(head(what, name, outer.length)) ?? -1;
  const open = text?.indexOf("{", start) ?? 0;
  const found =
    start === -1 ? undefined : text?.slice(open + 1, text.indexOf(`\n${"    ".repeat(outer.length)}}`, open) + 1);
  blocks.set(key, found);
  return found;
}

/**
 * Body of a declaration, without comments; `undefined` when there is none.
 * @param path namespaces that hold it, outermost first, then its name
 */
const bodyOf = (sdk: string, file: string, path: readonly string[], what: Declared) =>
  block(sdk, file, path, what)?.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");

/** The members of an interface or class; `undefined` when the file does not declare it. Methods and constructors are left out. */
export function membersOf(sdk: string, file: string, path: readonly string[], what: Declared): Members | undefined {
  const body = bodyOf(sdk, file, path, what);
  if (body === undefined) return undefined;
  const indent = "    ".repeat(path.length);
  const pattern = new RegExp(
    `^${indent}(?:readonly )?["']?([\\w$.-]+)["']?(\\??): ([\\s\\S]*?);(?=\\s*\\n${indent}["'\\w]|\\s*(?![\\s\\S]))`,
    "gm",
  );
  return new Map(
    [...body.matchAll(pattern)].map(([, name = "", mark, type = ""]) => [
      name,
      { optional: mark === "?", type: parseType(type) },
    ]),
  );
}

const resolved = new Map<string, unknown>();

function once<T>(key: string, read: () => T): T {
  if (!resolved.has(key)) resolved.set(key, read());
  return resolved.get(key) as T;
}

/** The members of an object type that others refer to, e.g. `inputs.core.v1.PodSpec`. @throws Error when it is not declared */
export function objectType(sdk: string, reference: readonly string[]): Members {
  const name = reference.join(".");
  return once(`${sdk} ${name}`, () => {
    const [kind = "", ...path] = reference;
    const found = membersOf(sdk, `types/${kind.replace(/s$/, "")}.d.ts`, path, "interface");
    if (found === undefined) throw new Error(`${sdk} does not declare ${name}`);
    return found;
  });
}

/** The values of an enum, e.g. of `enums.containerservice.OSType`. @throws Error when it is not declared */
export function enumValues(sdk: string, reference: readonly string[]): readonly (string | number)[] {
  const name = reference.join(".");
  return once(`${sdk} ${name}`, () => {
    const path = reference.slice(1);
    const file = join("types", "enums", ...path.slice(0, -1), "index.d.ts");
    const body = bodyOf(sdk, file, path.slice(-1), "const");
    if (body === undefined) throw new Error(`${sdk} does not declare ${name}`);
    return [...body.matchAll(/^\s+readonly [^:]+: (.*);$/gm)].map(
      ([, value = ""]) => JSON.parse(value) as string | number,
    );
  });
}
