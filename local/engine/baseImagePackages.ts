/**
 * npm, Corepack and Yarn for the stand-in of the Node image, in the places where the official image has them: it gets npm and
 * Corepack from Node's own archive and Yarn from yarnpkg.com. The same packages are on the npm registry.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { findProgram, run } from "../host/command.ts";
import { cacheFolder } from "../layout.ts";

interface PackagedTool {
  name: string;
  version: string;
  /** As in a package-lock.json: the algorithm, and the hash of the archive in base64. */
  integrity: string;
  /** Where the image has it, without a leading slash. */
  folder: string;
  /** Names in /usr/local/bin, and the program in the folder that each leads to. */
  programs: Readonly<Record<string, string>>;
}

export const yarnVersion = "1.22.22";

const tools: readonly PackagedTool[] = [
  {
    name: "npm",
    version: "11.19.1",
    integrity: "sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==",
    folder: "usr/local/lib/node_modules/npm",
    programs: { npm: "bin/npm-cli.js", npx: "bin/npx-cli.js" },
  },
  {
    name: "corepack",
    version: "0.34.6",
    integrity: "sha512-gvylq9kzJB09mSsiOnKOnhg0YdCWNy2aGaeGbYF4HlyGd/v4moxEonQjJPYI45/K4zP7q1hW9qCVvaYYKK5nkA==",
    folder: "usr/local/lib/node_modules/corepack",
    programs: { corepack: "dist/corepack.js" },
  },
  {
    name: "yarn",
    version: yarnVersion,
    integrity: "sha512-prL3kGtyG7o9Z9Sv8IPfBNrWTDmXB4Qbes8A9rEzt6wkJV8mUvoirjU0Mp3GGAU06Y0XQyA3/2/RQFVuK7MTfg==",
    folder: `opt/yarn-v${yarnVersion}`,
    programs: { yarn: "bin/yarn", yarnpkg: "bin/yarnpkg" },
  },
];

/** Decides what the packages are: part of the image's key. */
export const packagesDigest = JSON.stringify(tools);

const archivesFolder = join(cacheFolder, "base-image-packages");
const archiveOf = ({ name, version }: PackagedTool) => join(archivesFolder, `${name}-${version}.tgz`);

/** Downloads the archives that the cache lacks. @throws Error when npm fails, or an archive is not the expected one */
async function ensureArchives(): Promise<void> {
  const missing = tools.filter((tool) => !existsSync(archiveOf(tool)));
  if (missing.length === 0) return;
  mkdirSync(archivesFolder, { recursive: true });
  const draft = await mkdtemp(join(archivesFolder, ".download-"));
  try {
    const specs = missing.map(({ name, version }) => `${name}@${version}`);
    // npm reads its registry and proxy from the caller's environment.
    const env = Object.fromEntries(Object.entries(process.env).map(([key, value]) => [key, value ?? ""]));
    await run(findProgram("npm", "npm"), ["pack", "--silent", "--pack-destination", draft, ...specs], { env });
    for (const tool of missing) {
      const file = join(draft, `${tool.name}-${tool.version}.tgz`);
      const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
      if (found !== tool.integrity)
        throw new Error(`${tool.name}@${tool.version} from the npm registry has ${found}; expected ${tool.integrity}`);
      renameSync(file, archiveOf(tool));
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Unpacks the tools below the image's root and links their programs. */
export async function writePackages(root: string): Promise<void> {
  await ensureArchives();
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  for (const tool of tools) {
    const folder = join(root, tool.folder);
    mkdirSync(folder, { recursive: true });
    await run(findProgram("tar", "tar"), [
      ...["-xzf", archiveOf(tool), "-C", folder],
      ...["--strip-components=1", "--no-same-owner"],
    ]);
    for (const [name, program] of Object.entries(tool.programs)) {
      // npm sets this bit when it installs a package; the archives lack it.
      chmodSync(join(folder, program), 0o755);
      const target = tool.folder.startsWith("usr/local/")
        ? join("..", tool.folder.slice("usr/local/".length), program)
        : join("/", tool.folder, program);
      symlinkSync(target, join(root, "usr/local/bin", name));
    }
  }
  // Whatever this process's umask is, everybody can read them in the image.
  await run(findProgram("chmod", "coreutils"), ["-R", "a+rX", join(root, "usr/local"), join(root, "opt")]);
}
