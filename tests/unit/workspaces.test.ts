/** The boundaries of the packages: their exports, their dependencies, and that no import bypasses them. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import * as ts from "typescript";

interface Manifest {
  name: string;
  version: string;
  workspaces?: string[];
  main?: string;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
const root = manifestOf(".");
const packages = root.workspaces ?? [];

/** Files of the root that must import packages by name. Tests and benchmarks may also use relative imports. */
const rootFiles = globSync(["*.ts", "{bootstrap,examples,program,tools}/**/*.ts"], {
  // That example has a package.json of its own.
  exclude: (path) => path.includes("node_modules") || path.includes("key-vault"),
});
const filesOf = (folder: string) =>
  globSync(`${folder}/**/*.{ts,mjs}`, { exclude: (path) => path.includes("node_modules") });

/** What a file imports or exports from, types and `import()` included. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined;
    if (from !== undefined && ts.isStringLiteral(from)) found.push(from.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
  return found;
}
const packageOf = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

/** The packages that the files name in imports, types included; Node's own are left out. */
const importedBy = (files: readonly string[]) =>
  new Set(
    files
      .flatMap(importsOf)
      .filter((specifier) => !/^(\.|node:)/.test(specifier))
      .map(packageOf),
  );

/** Relative imports that leave the folder they are written in: `FILE -> TARGET`. */
const leaving = (folder: string) =>
  filesOf(folder).flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => normalize(join(dirname(file), specifier)))
      .filter((target) => !target.startsWith(`${folder}/`))
      .map((target) => `${file} -> ${target}`),
  );

/**
 * Packages that are needed without an import: Pulumi's policy host starts in the folder of the pack, and must find its SDK
 * from there.
 */
const neededOtherwise: Record<string, readonly string[]> = { policy: ["@pulumi/pulumi"] };

describe.each(packages)("%s/", (folder) => {
  const manifest = manifestOf(folder);
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });

  it("is named after its folder and has the version of the project", () => {
    expect([manifest.name, manifest.version]).toEqual([`@tarmac/${folder}`, root.version]);
  });

  it("exports only files that exist, each under its own path", () => {
    for (const [name, file] of Object.entries(manifest.exports ?? {})) {
      expect([name, file]).toEqual([name, `${name}.ts`]);
      expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
    }
    if (manifest.main !== undefined) expect(existsSync(join(folder, manifest.main))).toBe(true);
  });

  it("depends on what it imports and on nothing else", () => {
    const imported = [...importedBy(filesOf(folder)), ...(neededOtherwise[folder] ?? [])];
    expect(needed.toSorted()).toEqual(imported.toSorted());
  });

  it("imports the others by their names", () => {
    expect(leaving(folder)).toEqual([]);
  });
});

describe("the stack", () => {
  it("imports the packages by their names", () => {
    const around = rootFiles.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => normalize(join(dirname(file), specifier)))
        .filter((target) => packages.some((folder) => target.startsWith(`${folder}/`)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(around).toEqual([]);
  });

  it("declares the packages that it imports", () => {
    const program = globSync(["{config,index}.ts", "{bootstrap,program}/**/*.ts"]);
    expect([...importedBy(program)].filter((name) => root.dependencies?.[name] === undefined)).toEqual([]);
    const rest = [...rootFiles, ...globSync("{bench,tests}/**/*.ts")];
    const declared = { ...root.dependencies, ...root.devDependencies };
    const fromPackages = [...importedBy(rest)].filter((name) => name.startsWith("@"));
    expect(fromPackages.filter((name) => !(name in declared))).toEqual([]);
  });
});

it("requires one exact version of everything, in every package", () => {
  const wanted = [".", ...packages].map(manifestOf).flatMap((manifest) =>
    Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    }),
  );
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of wanted) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
  expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});
