/** Paths in a container. */

/** Where the container runtime has things of its own. */
const runtimeFolders = ["/proc", "/sys", "/dev"];

/** What a path in a container is made of, for messages. */
export const containerPathForm =
  'start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/"';

/** The longest key of a ConfigMap or Secret, in which a file has the name that {@link fileKey} gives it. */
const longestKey = 253;

/** What a file is called in its ConfigMap or Secret, where "/" is not allowed; never the name of a variable. */
export const fileKey = (path: string): string => `file${path.replaceAll("/", "..")}`;

/** What is wrong with the path of a file or folder that a volume is to be mounted at, or `undefined`. */
export function containerPathProblem(path: string): string | undefined {
  // No part ends with a dot: neither "." nor "..".
  if (!/^(\/[A-Za-z0-9._-]*[A-Za-z0-9_-])+$/.test(path))
    return `"${path}" is not a path in a container: ${containerPathForm}, e.g. "/var/cache/app"`;
  const taken = runtimeFolders.find((folder) => isInside(path, folder));
  return taken === undefined
    ? undefined
    : `"${path}" is in ${taken}, which belongs to the container runtime: use another path`;
}

/** Is a path a folder itself, or below it? */
export const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Folders of common images, without whose content no program starts, or finds no certificates, time zones, or packages. */
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
/** Folders of common images, whose content a program may well do without: an empty folder there is often wanted. */
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

/** Installed packages of Node, but for what tools keep beside them. */
const isPackages = (path: string) => /\/node_modules(?:\/(?!\.cache(?:\/|$)).*)?$/.test(path);

/** What is wrong with an empty folder at a path, or `undefined`. */
export function emptyFolderProblem(path: string): string | undefined {
  const problem = containerPathProblem(path) ?? runtimeFileProblem(path);
  if (problem !== undefined) return problem;
  if (neededFolders.includes(path))
    return `"${path}" would be empty, and hides what the image has there, such as the program or its libraries: use a folder of its own, e.g. "/var/cache/app"`;
  if (isPackages(path))
    return `"${path}" would be empty, and hides the packages that the image has there: use a folder of its own, e.g. "/var/cache/app", or "node_modules/.cache"`;
  return undefined;
}

/** What is wrong with a file at a path, or `undefined`. */
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
/** Where Kubernetes and Azure put their tokens. */
const tokenFolders = ["secrets/kubernetes.io", "secrets/azure"].flatMap((end) => [`/run/${end}`, `/var/run/${end}`]);

function runtimeFileProblem(path: string): string | undefined {
  if (podFiles.includes(path))
    return `"${path}" is written by Kubernetes for each pod, and without it the pod finds no names: use another path`;
  const file = [...podFiles, ...imageFiles].find((one) => one !== path && isInside(path, one));
  if (file !== undefined)
    return `"${path}" is below "${file}", which is a file of every image (the container would not start: "not a directory"): use another path`;
  const tokens = tokenFolders.find((folder) => isInside(path, folder));
  return tokens === undefined
    ? undefined
    : `"${path}" is in ${tokens}, where Kubernetes and Azure put the tokens of a pod: use another path`;
}

/** One path for the two names of a folder: /var/run is a link to /run in the images of all common distributions. */
export const withoutLinks = (path: string): string => path.replace(/^\/var\/run(?=\/|$)/, "/run");

/** Paths at which a container gets something, by what puts it there: a setting's name. */
export interface Mounts {
  source: string;
  paths: readonly string[];
  /** Whether these are files, in which nothing else can be. */
  files: boolean;
}

/**
 * What is wrong with paths that are fine one by one, for each source: a path below a file, and two files with one key.
 * The same path twice is not among them.
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
            `"${path}" and "${first.path}" (${first.source}) are the same place, and only one can be mounted there: remove one of the two`,
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
