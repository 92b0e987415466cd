/** Files that a repository needs: the workflows, and CODEOWNERS for the paths that control them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { nothing, type Adopted } from "./adoption.ts";

/**
 * Paths that control what a change may do: the workflows, the commands they call, the code those run, and the policies
 * that judge it. Anyone who can change one of these can lift every rule.
 */
const decisive = [
  ...["/.github/", "/.npmrc", "/package.json", "/package-lock.json", "/run.mjs"],
  ...["/index.ts", "/config.ts", "/Pulumi.yaml", "/Pulumi.prod.yaml"],
  ...["/bootstrap/", "/components/", "/local/", "/ops/", "/policy/", "/program/", "/settings/", "/validate/"],
];

const begin = "# BEGIN tarmac: paths that decide what a change may do";
const end = "# END tarmac";
/** The placeholder owner in tarmac's own CODEOWNERS. No such team exists. */
const placeholder = "@OWNER/TEAM";

/**
 * Ensures that every controlling path has an owner in .github/CODEOWNERS. Missing paths are added at the end, where
 * they take precedence.
 * @param owner @LOGIN or @ORG/TEAM; absent: only checks whether there are owners
 */
export function keepCodeOwners(folder: string, owner: string | undefined): Adopted {
  const result = nothing();
  const name = ".github/CODEOWNERS";
  const file = join(folder, name);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const own = new RegExp(`\\n*${begin}[\\s\\S]*?${end}\\n?`);
  const rest = before.replace(own, "\n").trimEnd();
  const ownerOf = (path: string) => new RegExp(`^${path.replaceAll(".", "\\.")}\\s+(@\\S+)`, "m").exec(rest)?.[1];
  const missing = decisive.filter((path) => ownerOf(path) === undefined);
  if (owner === undefined)
    return before.includes(placeholder) || (missing.length > 0 && !before.includes(begin))
      ? { ...result, open: [`${name}: name the owners of the deciding files: tarmac adopt --owner @ORG/TEAM`] }
      : { ...result, kept: [`${name}: every deciding path has an owner`] };
  const block = [begin, ...missing.map((path) => `${path} ${owner}`), end].join("\n");
  const after = `${[rest.replaceAll(placeholder, owner), ...(missing.length > 0 ? [block] : [])].filter((part) => part !== "").join("\n\n")}\n`;
  if (after === before) return { ...result, kept: [`${name}: every deciding path has an owner`] };
  write(file, after);
  return { ...result, changed: [`${name}: written`] };
}

/** Directories of .github that hold the workflows. */
const parts = ["workflows", "actions"];

/**
 * Copies missing workflows. A workflow that differs is left alone: the repository may have changed it on purpose.
 * @param source folder of a checkout of tarmac
 */
export function keepWorkflows(folder: string, source: string): Adopted {
  const result = nothing();
  for (const path of parts.flatMap((part) => filesIn(join(source, ".github", part)))) {
    const name = relative(source, path);
    const file = join(folder, name);
    const wanted = readFileSync(path, "utf8");
    if (!existsSync(file)) {
      write(file, wanted);
      result.changed.push(`${name}: written`);
    } else if (readFileSync(file, "utf8") === wanted) result.kept.push(`${name}: up to date`);
    else result.open.push(`${name}: differs from tarmac's; compare: diff ${name} ${path}`);
  }
  return result;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
