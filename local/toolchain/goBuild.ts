/**
 * Builds tools from their pinned Go modules into the cache folder.
 *
 * Go's own caches are private to the build and removed afterwards, because they grow to about 8 GB for 0.3 GB of programs.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { step, throttled, type Report } from "../progress.ts";
import { cacheFolder } from "../layout.ts";
import { toolsFolder } from "./folder.ts";
import { follow } from "./follow.ts";
import { linkerFlags, moduleFolder, toolKey, toolVersion, type Tool } from "./tools.ts";

const buildFolder = join(cacheFolder, "building");

/** The oldest Go version that can build the modules. */
export const leastGo = "1.26";

/** What is wrong with the Go on PATH, or `undefined`. */
export function goProblem(): string | undefined {
  let version: string;
  try {
    version = execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim().replace(/^go/, "");
  } catch {
    return `Go ${leastGo} or newer is needed to build the tools and is not on PATH: install it from your distribution or go.dev`;
  }
  // parseInt: the minor version of a release candidate is "27rc1".
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [leastMajor = 0, leastMinor = 0] = leastGo.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? undefined
    : `Go ${version} is on PATH, ${leastGo} or newer is needed to build the tools: install a newer one`;
}

/** Where the tool's binary is, or will be. */
export const binaryOf = (tool: Tool): string => join(cacheFolder, toolKey(tool), tool.name);

/** Whether the tool's binary is in the cache. An interrupted build leaves none there, because only a complete binary is moved there. */
export const isBuilt = (tool: Tool): boolean => existsSync(binaryOf(tool));

/** Where a tool is built, after its modules were downloaded. */
interface Fetched {
  folder: string;
  /** Upper bound of the packages to compile. Packages that another tool has compiled are not compiled again. */
  packages: number;
}

const goEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  CGO_ENABLED: "0",
  GOCACHE: join(buildFolder, "cache"),
  GOMODCACHE: join(buildFolder, "modules"),
  // Use only the installed toolchain, only modules that match go.sum, and writable files that can be deleted again.
  GOTOOLCHAIN: "local",
  GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
  GOWORK: "off",
});

/** Downloads the modules of one tool. @throws Error with the end of Go's output */
async function fetchModules(tool: Tool, report: Report): Promise<Fetched> {
  report("fetching modules");
  const env = goEnvironment();
  const folder = await sourceFolder(tool, env);
  const seldom = throttled(report);
  let packages = 0;
  await follow("go", ["list", "-deps", tool.package], {
    cwd: folder,
    env,
    onLine: (line) => (line.startsWith("go: ") ? seldom(line.slice(4)) : void packages++),
  });
  return { folder, packages };
}

/** Builds one tool from its modules. @throws Error with the end of Go's output */
async function buildTool(tool: Tool, { folder, packages }: Fetched, report: Report): Promise<void> {
  const output = join(buildFolder, `${toolKey(tool)}.tmp`);
  mkdirSync(buildFolder, { recursive: true });
  const seldom = throttled(report);
  let compiled = 0;
  await follow("go", ["build", "-v", "-trimpath", "-ldflags", linkerFlags(tool), "-o", output, tool.package], {
    cwd: folder,
    env: goEnvironment(),
    onLine: (line) => {
      compiled++;
      seldom(`package ${compiled} of at most ${packages}: ${line}`);
    },
  });
  mkdirSync(join(cacheFolder, toolKey(tool)), { recursive: true });
  renameSync(output, binaryOf(tool));
}

/**
 * Builds tools one after the other, because two parallel compilations take twice as long each. Meanwhile it downloads the
 * modules of the next one, which needs the network and not the processor.
 */
export async function buildTools(builds: readonly Tool[]): Promise<void> {
  const silent: Report = () => undefined;
  let ahead: Promise<Fetched> | undefined;
  try {
    for (const [index, tool] of builds.entries()) {
      const current = ahead;
      await step(`Building ${tool.title} ${toolVersion(tool)}`, async (report) => {
        const fetched = await (current ?? fetchModules(tool, report));
        const next = builds[index + 1];
        ahead = next === undefined ? undefined : fetchModules(next, silent);
        // A failure is reported when it is the tool's turn.
        ahead?.catch(silent);
        await buildTool(tool, fetched, report);
      });
    }
  } finally {
    await ahead?.catch(silent);
    await step("Removing the build caches", () => removeBuildCaches());
  }
}

/** The folder to build in: the one with go.mod, or a copy of it together with the files that the program embeds. */
async function sourceFolder(tool: Tool, env: NodeJS.ProcessEnv): Promise<string> {
  if (tool.embeds === undefined) return moduleFolder(tool);
  const folder = join(buildFolder, `${toolKey(tool)}-source`);
  cpSync(moduleFolder(tool), folder, { recursive: true });
  let downloaded = "";
  await follow("go", ["mod", "download", "-json", tool.module], {
    cwd: folder,
    env,
    onLine: (line) => (downloaded += line),
  });
  const { Dir } = JSON.parse(downloaded) as { Dir: string };
  for (const file of tool.embeds) copyFileSync(join(Dir, file), join(folder, basename(file)));
  return folder;
}

/** Removes the build caches, including those of an interrupted build. */
function removeBuildCaches(): void {
  rmSync(buildFolder, { recursive: true, force: true });
}

/** Puts every program of a tool into the tools folder. */
export function linkTool(tool: Tool): void {
  // Hard links, because Pulumi looks for its language host next to its own real path.
  const make = (path: string) => {
    if (tool.launcher === undefined) linkSync(binaryOf(tool), path);
    else writeFileSync(path, tool.launcher(binaryOf(tool)), { mode: 0o755 });
  };
  for (const program of tool.programs) putInPlace(program, make);
}

/** Links a program of the tools folder to a program elsewhere on this machine. */
export function linkProgram(program: string, target: string): void {
  putInPlace(program, (path) => symlinkSync(target, path));
}

/** Creates or replaces a program of the tools folder atomically. */
function putInPlace(program: string, make: (path: string) => void): void {
  mkdirSync(toolsFolder(), { recursive: true });
  const path = join(toolsFolder(), program);
  const temporary = `${path}.${process.pid}`;
  rmSync(temporary, { force: true });
  make(temporary);
  // Not renamed over a hard link of the same file: that would do nothing and leave the temporary one.
  rmSync(path, { force: true });
  renameSync(temporary, path);
}
