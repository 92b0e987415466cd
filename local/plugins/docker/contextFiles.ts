/** Which files a build context consists of: everything below its folder that the ignore file does not leave out. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";

import ignoreModule from "@balena/dockerignore";

// A CommonJS module whose types say it has a default export; at run time the function is the module itself.
const dockerignore = ignoreModule as unknown as typeof ignoreModule.default;

/** A file, link or folder of a context. */
export interface ContextEntry {
  /** From the context's folder, with "/". */
  path: string;
  /** Where it is on this machine, from where the context's own path counts. */
  source: string;
  stat: Stats;
}

/**
 * The patterns of what is left out: those of `<Dockerfile>.dockerignore`, or else of the context's `.dockerignore`.
 */
export function ignorePatterns(context: string, dockerfile: string): string[] {
  const file = [`${dockerfile}.dockerignore`, join(context, ".dockerignore")].find((candidate) =>
    existsSync(candidate),
  );
  if (file === undefined) {
    return [];
  }
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** True when an exception (`!pattern`) may bring back something below an ignored folder. */
function mayHoldException(folder: string, exceptions: string[]): boolean {
  const parts = folder.split("/");
  return exceptions.some((exception) => {
    const wanted = exception.split("/");
    return parts.every((part, index) => {
      const pattern = wanted[index];
      return (
        wanted.slice(0, index + 1).includes("**") ||
        (pattern !== undefined && (/[*?[\\]/.test(pattern) || pattern === part))
      );
    });
  });
}

/** Everything in the context, folders before what is in them, in the order of the names' bytes. */
export function contextEntries(context: string, patterns: string[]): ContextEntry[] {
  const filter = dockerignore({ ignorecase: false }).add(patterns);
  const exceptions = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) =>
      pattern
        .slice(1)
        .trim()
        .replace(/^\/+|\/+$/g, ""),
    );
  const entries: ContextEntry[] = [];
  const walk = (folder: string) => {
    const names = readdirSync(join(context, folder), "utf8");
    for (const name of names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const source = join(context, path);
      const stat = lstatSync(source);
      const ignored = filter.ignores(path);
      if (!ignored && (stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) {
        entries.push({ path, source, stat });
      }
      if (stat.isDirectory() && (!ignored || mayHoldException(path, exceptions))) {
        walk(path);
      }
    }
  };
  walk("");
  return entries;
}
