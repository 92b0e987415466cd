/** The contents of an image, from its layers. */
import { posix } from "node:path";
import { developmentPackages } from "./developmentPackages.ts";
import { interpreterOf } from "./scriptFile.ts";
import type { Layer, LayerFile } from "./layerFiles.ts";
import type { Secret } from "../secrets/inFile.ts";

export interface ImageContent {
  /** Uncompressed size of all layers in bytes. */
  bytes: number;
  /** Estimated number of bytes that a node pulls. */
  compressedBytes: number;
  layers: number;
  /** Files with setuid or setgid, e.g. "usr/bin/su". */
  setuid: string[];
  worldWritable: string[];
  /** Shells and package managers. */
  tools: string[];
  /** `removed`: a later layer hides it, but it can still be read from the earlier layer. */
  secrets: (Secret & { removed: boolean })[];
  /** Scripts that ENTRYPOINT and CMD name. */
  scripts: ScriptFile[];
  /** Users in /etc/passwd; absent if the image has no such file. */
  users?: number[];
  /** Development-only packages, according to the package manager's own lists. */
  developmentPackages: string[];
  /** Scripts in the package.json files of the image's own programs, by folder. */
  packageScripts: Record<string, Record<string, string>>;
  /** Whether public CA certificates exist where programs look for them. */
  certificates: boolean;
  /** Files of its own programs that read the machine's CPU count. */
  countsCpus: string[];
}

/** A script as the kernel sees it. */
export interface ScriptFile {
  /** Without a leading "/". */
  path: string;
  text: string;
  executable: boolean;
  /** The interpreter in its first line; absent without a shebang. */
  interpreter?: string;
  /** Whether that interpreter is missing in the image. */
  interpreterMissing: boolean;
}

/** What to collect from an image besides file names. */
export interface Wanted {
  /** Base names of files that ENTRYPOINT and CMD start. */
  scripts: ReadonlySet<string>;
}

const inPackages = /(?:^|\/)node_modules\//;
const ownProgram = /^(?!(?:usr|opt\/yarn|proc|sys|etc)\/).*\.(?:[cm]?js|ts)$/;

/** Whether a file's content is needed. */
export const isKept = (path: string, { scripts }: Wanted): boolean =>
  scripts.has(posix.basename(path)) ||
  path === "etc/passwd" ||
  (posix.basename(path) === "package.json" && !inPackages.test(path)) ||
  path.endsWith("node_modules/.package-lock.json") ||
  (ownProgram.test(path) && !inPackages.test(path));

const toolNames =
  /^(?:usr\/)?(?:local\/)?s?bin\/(?:(?:ba|da|a|z|k|c|tc)?sh|busybox|npm|npx|yarn|pnpm|corepack|apt|apt-get|dpkg|apk|dnf|microdnf|yum|rpm|pip3?)$/;

/** @param layers from bottom to top */
export function contentOf(
  layers: readonly Layer[],
  size: { bytes: number; compressedBytes: number },
  wanted: Wanted,
): ImageContent {
  const files = new Map<string, LayerFile>();
  for (const layer of layers) {
    for (const folder of layer.emptied) removeBelow(files, folder);
    for (const path of layer.removed) {
      files.delete(path);
      removeBelow(files, `${path}/`);
    }
    for (const [path, file] of layer.files) files.set(path, file);
  }
  const paths = (wanted: (file: LayerFile) => boolean) =>
    [...files].flatMap(([path, file]) => (wanted(file) ? [path] : [])).sort();
  return {
    ...size,
    layers: layers.length,
    setuid: paths(({ type, mode }) => type === "file" && (mode & 0o6000) !== 0),
    // In a folder with the sticky bit, such as /tmp, users can change only their own files.
    worldWritable: paths(
      ({ type, mode }) => (mode & 0o002) !== 0 && (type === "file" || (type === "folder" && (mode & 0o1000) === 0)),
    ),
    tools: [...files.keys()].filter((path) => toolNames.test(path)).sort(),
    secrets: layers.flatMap(({ secrets }) =>
      secrets.map((secret) => ({ ...secret, removed: !files.has(secret.path) })),
    ),
    scripts: [...files].flatMap(([path, file]) =>
      file.text !== undefined && wanted.scripts.has(posix.basename(path)) ? [scriptFile(path, file, files)] : [],
    ),
    ...usersIn(files.get("etc/passwd")?.text),
    developmentPackages: developmentPackages(files),
    packageScripts: packageScripts(files),
    certificates: [...files.keys()].some((path) => certificateFiles.test(path)),
    countsCpus: [...files].flatMap(([path, { text = "" }]) =>
      ownProgram.test(path) && countsCpus.test(text) ? [path] : [],
    ),
  };
}

/** Where OpenSSL, Go and curl look for certificates. */
const certificateFiles =
  /^(?:etc\/ssl\/(?:certs\/ca-certificates\.crt|cert\.pem|certs\/ca-bundle\.crt)|etc\/pki\/tls\/(?:certs\/ca-bundle\.crt|cert\.pem)|etc\/pki\/ca-trust\/extracted\/pem\/tls-ca-bundle\.pem|etc\/ca-certificates\/extracted\/tls-ca-bundle\.pem)$/;
const countsCpus = /\bcpus\(\)\s*\.\s*length|\bavailableParallelism\(\)/;

function scriptFile(path: string, { text = "", mode }: LayerFile, files: ReadonlyMap<string, LayerFile>): ScriptFile {
  const interpreter = interpreterOf(text);
  return {
    path,
    text,
    executable: (mode & 0o111) !== 0,
    ...(interpreter === undefined ? {} : { interpreter }),
    interpreterMissing: interpreter !== undefined && !isThere(interpreter, files),
  };
}

/** Follows symbolic links of folders, such as /bin on Debian. */
function isThere(path: string, files: ReadonlyMap<string, LayerFile>, depth = 0): boolean {
  const whole = path.replace(/^\/+/, "");
  if (depth > 8) return false;
  const parts = whole.split("/");
  for (let length = 1; length <= parts.length; length++) {
    const target = files.get(parts.slice(0, length).join("/"))?.target;
    if (target === undefined) continue;
    const folder = `/${parts.slice(0, length - 1).join("/")}`;
    return isThere(posix.join(posix.resolve(folder, target), ...parts.slice(length)), files, depth + 1);
  }
  return files.has(whole);
}

function usersIn(passwd: string | undefined): Pick<ImageContent, "users"> {
  if (passwd === undefined) return {};
  const ids = passwd.split("\n").map((line) => Number(line.split(":")[2] ?? NaN));
  return { users: ids.filter((id) => Number.isInteger(id)) };
}

function packageScripts(files: ReadonlyMap<string, LayerFile>): ImageContent["packageScripts"] {
  return Object.fromEntries(
    [...files].flatMap(([path, { text }]) => {
      if (posix.basename(path) !== "package.json" || text === undefined || inPackages.test(path)) return [];
      try {
        const { scripts = {} } = JSON.parse(text) as { scripts?: Record<string, string> };
        return [[posix.dirname(path), scripts]];
      } catch {
        // Not a valid package.json, despite its name.
        return [];
      }
    }),
  );
}

function removeBelow(files: Map<string, LayerFile>, prefix: string): void {
  for (const path of files.keys()) if (path.startsWith(prefix)) files.delete(path);
}
