/** `npm run pack`: creates tarballs of the packages, for projects that are not forks of this one. */
import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compilePackages, withCompiledNames } from "./packing/compile.ts";
import { publishedManifest, type Manifest } from "./packing/manifest.ts";

const help = `usage: npm run pack [-- --to FOLDER]

Compiles validate/, components/, settings/, policy/, ops/ and plugin/ and packs each as npm would publish it, e.g.
dist/tarmac-components-0.2.0.tgz. docs/without-forking.md shows a project that installs them.

  --to FOLDER   where to write the tarballs; default: dist, in the project's folder

exit codes: 0 done, 2 could not run`;

const checkout = resolve(import.meta.dirname, "..");

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(checkout, folder, "package.json"), "utf8")) as Manifest & { workspaces?: string[] };

/** Folders of the packages that can be used outside of the checkout. */
const packable = () => (manifestOf(".").workspaces ?? []).filter((folder) => manifestOf(folder).private !== true);

/** Writes the tarballs into the folder. Returns their paths, in the order of the workspaces. */
export function packPackages(to: string): string[] {
  const stage = mkdtempSync(join(tmpdir(), "tarmac-pack-"));
  try {
    const folders = packable();
    compilePackages(checkout, folders, stage);
    mkdirSync(to, { recursive: true });
    return folders.map((folder) => {
      stageRest(folder, join(stage, folder));
      const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", to], {
        cwd: join(stage, folder),
        encoding: "utf8",
      });
      return join(to, tarballOf(output));
    });
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** npm 11 lists what it packed; from npm 12 on by the name of the package. */
function tarballOf(output: string): string {
  const packed = JSON.parse(output) as Record<string, { filename: string }>;
  const [one] = Object.values(packed);
  if (one === undefined) throw new Error(`npm pack says nothing of a tarball: ${output}`);
  return one.filename;
}

/** Sources are compiled. The policies' settings are left out, because they are for this project's environments. */
const compiledOrLeftOut = /\.ts$|^(?:package\.json$|config\/|node_modules\/)/;

/** Copies what is not compiled: plain files of the package, its manifest, a README and its license. */
function stageRest(folder: string, to: string): void {
  const source = join(checkout, folder);
  for (const file of globSync("**/*.*", { cwd: source }).filter((path) => !compiledOrLeftOut.test(path))) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    if (/\.[cm]?js$/.test(file))
      writeFileSync(join(to, file), withCompiledNames(readFileSync(join(source, file), "utf8")));
    else copyFileSync(join(source, file), join(to, file));
  }
  const manifest = manifestOf(folder);
  writeFileSync(join(to, "package.json"), `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`);
  writeFileSync(
    join(to, "README.md"),
    `# ${manifest.name}\n\n${manifest.description}\n\nA package of tarmac, whose page docs/without-forking.md shows how to use it.\n`,
  );
  copyFileSync(join(checkout, "LICENSE"), join(to, "LICENSE"));
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { to: { type: "string" }, help: { type: "boolean", short: "h" } } });
    if (values.help === true) console.log(help);
    else for (const file of packPackages(resolve(checkout, values.to ?? "dist"))) console.log(`wrote ${file}`);
  } catch (error) {
    console.error(`${(error as Error).message}\nnpm run pack -- --help shows how it is called`);
    process.exitCode = 2;
  }
}
