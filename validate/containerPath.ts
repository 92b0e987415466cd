/** Paths in a container. */

/** Folders with the container runtime's own files. */
const runtimeFolders = ["/proc", "/sys", "/dev"];

/** The allowed characters of a path in a container, for messages. */
export const containerPathForm =
  'start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/"';

/** Maximum length of a key in a ConfigMap or Secret. {@link fileKey} derives a file's key. */
const longestKey = 253;

/**
 * Returns a file's key in its ConfigMap or Secret, where "/" is not allowed. The key is never a valid variable name.
 */
export const fileKey = (path: string): string => `file${path.replaceAll("/", "..")}`;

/** Returns the problem with the path of a mounted file or folder, or `undefined`. */
export function containerPathProblem(path: string): string | undefined {
  // No part ends with a dot, so neither "." nor ".." is possible.
  if (!/^(\/[A-Za-z0-9._-]*[A-Za-z0-9_-])+$/.test(path))
    return `"${path}" is not a path in a container: ${containerPathForm}, e.g. "/var/cache/app"`;
  const taken = runtimeFolders.find((folder) => isInside(path, folder));
  return taken === undefined
    ? undefined
    : `"${path}" is in ${taken}, which belongs to the container runtime: use another path`;
}

/** Returns whether a path is a folder or is below it. */
export const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Folders of common images that a program needs to start, or that contain certificates, time zones, or packages. */
const neededFolders = [
  ...["/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/sbin", "/usr"],
  ...["/etc/alternatives", "/etc/apk", "/etc/apt", "/etc/ca-certificates", "/etc/default", "/etc/ld.so.conf.d"],
  ...["/etc/pam.d", "/etc/pki", "/etc/pki/ca-trust", "/etc/pki/tls", "/etc/pki/tls/certs", "/etc/profile.d"],
  ...["/etc/security", "/etc/skel", "/etc/ssl", "/etc/ssl/certs", "/etc/ssl/private"],
  ...["/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib/x86_64-linux-gnu"],
  ...["/usr/bin", "/usr/include", "/usr/lib", "/usr/lib/ssl", "/usr/lib64", "/usr/libexec", "/usr/local"],
  ...[
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
  ],
  ...["/usr/sbin", "/usr/share", "/usr/share/ca-certificates", "/usr/share/zoneinfo"],
];
/** Folders of common images that many programs do not need: users often want an empty folder there. */
const replaceableFolders = [
  ...["/home", "/home/node", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/usr/src", "/var"],
  ...[
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/mail",
    "/var/opt",
    "/var/run",
    "/var/spool",
    "/var/tmp",
  ],
];

/** Returns whether a path is in Node's installed packages, except the caches that tools keep there. */
const isPackages = (path: string) => /\/node_modules(?:\/(?!\.cache(?:\/|$)).*)?$/.test(path);

/** Returns the problem with an empty folder at a path, or `undefined`. */
export function emptyFolderProblem(path: string): string | undefined {
  const problem = containerPathProblem(path) ?? runtimeFileProblem(path);
  if (problem !== undefined) return problem;
  if (neededFolders.includes(path))
    return `"${path}" would be empty, and hides what the image has there, such as the program or its libraries: use a folder of its own, e.g. "/var/cache/app"`;
  if (isPackages(path))
    return `"${path}" would be empty, and hides the packages that the image has there: use a folder of its own, e.g. "/var/cache/app", or "node_modules/.cache"`;
  return undefined;
}

/** Returns the problem with a file at a path, or `undefined`. */
export function filePathProblem(path: string): string | undefined {
  const problem = containerPathProblem(path) ?? runtimeFileProblem(path);
  if (problem !== undefined) return problem;
  if (neededFolders.includes(path) || replaceableFolders.includes(path) || path.endsWith("/node_modules"))
    return `"${path}" is a folder of the image, where no file can be mounted (the container would not start: "not a directory"): add the name of the file, e.g. "${path}/app.json"`;
  if (fileKey(path).length > longestKey)
    return `"${path}" has ${path.length} characters: use fewer, because its key in the ConfigMap or Secret has at most ${longestKey}`;
  return undefined;
}

/** Files that Kubernetes writes for each pod. */
const podFiles = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];
/** Other files of every image. */
const imageFiles = [
  "/etc/group",
  "/etc/localtime",
  "/etc/nsswitch.conf",
  "/etc/os-release",
  "/etc/passwd",
  "/etc/shadow",
];
/** Folders where Kubernetes and Azure mount their tokens. */
const tokenFolders = ["secrets/kubernetes.io", "secrets/azure"].flatMap((end) => [`/run/${end}`, `/var/run/${end}`]);

function runtimeFileProblem(path: string): string | undefined {
  if (podFiles.includes(path))
    return `"${path}" is written by Kubernetes for each pod, and without it the pod cannot resolve names: use another path`;
  const file = [...podFiles, ...imageFiles].find((one) => one !== path && isInside(path, one));
  if (file !== undefined)
    return `"${path}" is below "${file}", which is a file of every image (the container would not start: "not a directory"): use another path`;
  const tokens = tokenFolders.find((folder) => isInside(path, folder));
  return tokens === undefined
    ? undefined
    : `"${path}" is in ${tokens}, where Kubernetes and Azure put the tokens of a pod: use another path`;
}

/** Normalizes the two names of a folder: /var/run is a link to /run in all common distributions' images. */
export const withoutLinks = (path: string): string => path.replace(/^\/var\/run(?=\/|$)/, "/run");

/** Mount paths of a container, by the setting that defines them. */
export interface Mounts {
  source: string;
  paths: readonly string[];
  /** Whether the paths are files, which cannot contain other paths. */
  files: boolean;
}

/**
 * Returns the problems of valid paths in combination, for each source: a path below a file, and two files with one key.
 * Does not report the same path twice.
 */
export function mountFindings(sources: readonly Mounts[]): [source: string, problem: string][] {
  const all = sources.flatMap(({ source, paths, files }) => paths.map((path) => ({ source, path, files })));
  const below = all.flatMap(({ source, path }): [string, string][] => {
    const file = all.find(
      (other) =>
        other.files &&
        withoutLinks(other.path) !== withoutLinks(path) &&
        isInside(withoutLinks(path), withoutLinks(other.path)),
    );
    if (file === undefined) return [];
    return [
      [
        source,
        `"${path}" is below "${file.path}", which is a file (${file.source}), and the container would not start ("not a directory"): move one of the two`,
      ],
    ];
  });
  const linked = all.flatMap(({ source, path }, index): [string, string][] => {
    const first = all
      .slice(0, index)
      .find((other) => other.path !== path && withoutLinks(other.path) === withoutLinks(path));
    return first === undefined
      ? []
      : [
          [
            source,
            `"${path}" and "${first.path}" (${first.source}) are the same path, and only one can be mounted there: remove one of the two`,
          ],
        ];
  });
  const sameKey = sources
    .filter(({ files }) => files)
    .flatMap(({ source, paths }) =>
      paths.flatMap((path, index): [string, string][] => {
        const first = paths.slice(0, index).find((other) => other !== path && fileKey(other) === fileKey(path));
        return first === undefined
          ? []
          : [[source, `"${path}" and "${first}" get the same key, "${fileKey(path)}": rename one of the two`]];
      }),
    );
  return [...below, ...linked, ...sameKey];
}
