/** The `package.json` of a packed package: compiled files instead of sources, ranges instead of exact versions. */

export interface Manifest {
  name: string;
  version: string;
  description: string;
  private?: boolean;
  bin?: Record<string, string>;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const compiled = (file: string) => file.replace(/\.ts$/, ".js");
const declaration = (file: string) => file.replace(/\.ts$/, ".d.ts");
const mapped = (record: Record<string, string> = {}, change: (value: string, key: string) => unknown) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

/**
 * Packages of the project belong together and stay exact. For others, every compatible version is accepted: a program and its
 * components must share one copy of Pulumi's SDK, or the components register with an engine that is not connected.
 */
const range = (version: string, name: string) => (name.startsWith("@tarmac/") ? version : `^${version}`);

export function publishedManifest(manifest: Manifest): object {
  const { bin, exports, dependencies, optionalDependencies, ...rest } = manifest;
  return {
    ...rest,
    ...(bin && { bin: mapped(bin, compiled) }),
    ...(exports && { exports: mapped(exports, (file) => ({ types: declaration(file), default: compiled(file) })) }),
    ...(dependencies && { dependencies: mapped(dependencies, range) }),
    ...(optionalDependencies && { optionalDependencies: mapped(optionalDependencies, range) }),
  };
}
