/**
 * Compiles the packages to JavaScript with declarations, because Node does not strip types below `node_modules`, where
 * installed packages are.
 */
import { globSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * Writes the compiled packages to `out`, each in the folder that it has in the checkout.
 * @param checkout folder of the project
 * @param packages folders in it
 * @throws Error with the compiler's messages when a package does not compile
 */
export function compilePackages(checkout: string, packages: readonly string[], out: string): void {
  const files = packages.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: checkout }));
  const { config } = ts.readConfigFile(join(checkout, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, checkout);
  const program = ts.createProgram(
    files.filter((file) => !file.includes("node_modules")).map((file) => join(checkout, file)),
    {
      ...options,
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: undefined,
      declaration: true,
      rootDir: checkout,
      outDir: out,
      rewriteRelativeImportExtensions: true,
      types: ["node"],
    },
  );
  // Declarations keep the extension of the source, and would then name files that are not packed.
  const { diagnostics, emitSkipped } = program.emit(undefined, (file, text) =>
    ts.sys.writeFile(file, file.endsWith(".d.ts") ? withCompiledNames(text) : text),
  );
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (emitSkipped || problems.length > 0)
    throw new Error(
      ts.formatDiagnostics(problems, {
        getCurrentDirectory: () => checkout,
        getCanonicalFileName: (file) => file,
        getNewLine: () => "\n",
      }),
    );
}

/** A module's text in which relative imports of `.ts` files name the compiled files. */
export function withCompiledNames(text: string): string {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles
    .filter(({ fileName }) => /^\.{1,2}\/.*(?<!\.d)\.ts$/.test(fileName))
    .toSorted((a, b) => b.pos - a.pos)
    .reduce((whole, { fileName, pos }) => {
      // `pos` may be the position of the quote or of the name, depending on the import.
      const start = whole.indexOf(fileName, pos);
      return `${whole.slice(0, start)}${fileName.replace(/\.ts$/, ".js")}${whole.slice(start + fileName.length)}`;
    }, text);
}
