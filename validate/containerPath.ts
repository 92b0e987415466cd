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

/** Folders of every image, without whose content no program starts. */
const systemFolders = [
  ...["/bin", "/boot", "/etc", "/home", "/lib", "/lib32", "/lib64", "/opt", "/root", "/run", "/sbin", "/srv", "/usr"],
  ...["/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/local/bin"],
  ...["/usr/local/lib", "/usr/local/sbin", "/usr/sbin", "/usr/share", "/usr/src", "/var", "/var/lib", "/var/run"],
];
/** Those of them whose content a program may well do without: an empty folder there is often wanted. */
const replaceable = ["/home", "/opt", "/root", "/run", "/srv", "/usr/src", "/var", "/var/lib", "/var/run"];

/** What is wrong with an empty folder at a path, or `undefined`. */
export const emptyFolderProblem = (path: string): string | undefined =>
  containerPathProblem(path) ??
  (systemFolders.includes(path) && !replaceable.includes(path)
    ? `"${path}" would be empty, and hides what the image has there, such as the program or its libraries: use a folder of its own, e.g. "/var/cache/app"`
    : undefined);

/** What is wrong with a file at a path, or `undefined`. */
export const filePathProblem = (path: string): string | undefined =>
  containerPathProblem(path) ??
  (path === "/tmp" || systemFolders.includes(path)
    ? `"${path}" is a folder of the image, where no file can be mounted (the container would not start: "not a directory"): add the name of the file, e.g. "${path}/app.json"`
    : fileKey(path).length > longestKey
      ? `"${path}" has ${path.length} characters: use fewer, because its key in the ConfigMap or Secret has at most ${longestKey}`
      : undefined);

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
    const file = all.find((other) => other.files && other.path !== path && isInside(path, other.path));
    if (file === undefined) return [];
    return [
      [
        source,
        `"${path}" is below "${file.path}", which is a file (${file.source}), and the container would not start ("not a directory"): move one of the two`,
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
  return [...below, ...sameKey];
}
