/** Development-only packages in node_modules, according to the package managers' lists. */
import { posix } from "node:path";
import type { LayerFile } from "./layerFiles.ts";

interface Lock {
  packages?: Record<string, { dev?: boolean; devOptional?: boolean }>;
}
interface Description {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * @param files of the image, with the content of its lists @returns sorted names, from npm's own list, or else from
 * package.json
 */
export function developmentPackages(files: ReadonlyMap<string, LayerFile>): string[] {
  const found = new Set<string>();
  for (const [path, { text }] of files) {
    if (text === undefined) continue;
    const folder = posix.dirname(path);
    if (path.endsWith("node_modules/.package-lock.json")) {
      const { packages = {} } = parsed<Lock>(text);
      for (const [at, { dev }] of Object.entries(packages)) {
        if (dev === true && files.has(posix.join(posix.dirname(folder), at, "package.json"))) {
          found.add(at.replace(/^.*node_modules\//, ""));
        }
      }
    } else if (posix.basename(path) === "package.json" && !/(?:^|\/)node_modules\//.test(path)) {
      const own = posix.join(folder, "node_modules");
      if (files.has(`${own}/.package-lock.json`)) continue;
      const about = parsed<Description>(text);
      const development = Object.keys(about.devDependencies ?? {}).filter(
        (name) => !(name in { ...about.dependencies, ...about.optionalDependencies, ...about.peerDependencies }),
      );
      const there = development.filter((name) => isInstalled(files, posix.join(own, name)));
      // A single one may be installed because another package needs it.
      if (there.length > 1 || (there.length === 1 && development.length === 1))
        for (const name of there) found.add(name);
    }
  }
  return [...found].sort();
}

/** As a folder, or as pnpm's link. */
const isInstalled = (files: ReadonlyMap<string, LayerFile>, path: string) =>
  files.has(`${path}/package.json`) || files.get(path)?.type === "link";

function parsed<T extends object>(text: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
