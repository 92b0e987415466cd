/**
 * `npm run complete-lock`: adds the optional packages of other platforms that npm omitted from package-lock.json.
 *
 * If a network's registry mirror lacks them, npm silently drops them from the lock, and then refuses that
 * lock on every network ("npm ci can only install packages when ... are in sync"). Their versions are known, because
 * the packages that depend on them pin exact versions. Their platform follows from their names.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../commandLine.ts";
import { checkoutFolder } from "../layout.ts";

interface LockEntry {
  version?: string;
  /** The source of the package; for a link, the folder in the checkout. */
  resolved?: string;
  /** Whether it is one of the project's own packages. */
  link?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, LockEntry>;
}

/** The optional packages that an entry of the lock names but the lock lacks, by path. */
export function missingOptional({ packages }: Lock): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, path, name)) continue;
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${path} wants ${name} ${version}: only exact versions can be completed`);
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev === true && { dev: true }),
        optional: true,
      };
    }
  }
  return missing;
}

/** Whether Node finds a package from the folder of the package that depends on it. */
function isThere(packages: Lock["packages"], from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (!folder.includes("/node_modules/")) return packages[`node_modules/${name}`] !== undefined;
  }
}

/** The platform of a package, from a name such as `@swc/core-linux-arm64-musl`. */
export function platformOf(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const words = name.split(/[-/]/);
  const one = (known: readonly string[]) => known.filter((word) => words.includes(word)).slice(0, 1);
  const os = one([
    "darwin",
    "linux",
    "win32",
    "freebsd",
    "android",
    "openbsd",
    "netbsd",
    "sunos",
    "aix",
    "openharmony",
  ]);
  const cpu = one(["arm64", "arm", "x64", "ia32", "ppc64", "s390x", "riscv64", "loong64", "mips64el", "wasm32"]);
  const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : [];
  return { ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }), ...(os.length > 0 && { os }) };
}

const help = `npm run complete-lock

Names in package-lock.json the optional packages of other platforms that npm left out, as it does on a network whose
registry lacks them. Run it after "npm install".

  -h, --help   this text
`;

if (import.meta.main) {
  commandLine(help, {});
  const file = join(checkoutFolder, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
  const missing = missingOptional(lock);
  const [root, ...others] = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  if (root === undefined) throw new Error(`${file} has no packages`);
  writeFileSync(
    file,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries([root, ...others]) }, undefined, 2)}\n`,
  );
  process.stdout.write(
    `${Object.keys(missing).length} optional packages of other platforms named in package-lock.json\n`,
  );
}
