/** Paths in a container. */

/** Where the container runtime has things of its own. */
const runtimeFolders = ["/proc", "/sys", "/dev"];

/** What a path in a container is made of, for messages. */
export const containerPathForm =
  'start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/"';

/** What is wrong with the path of a file or folder that a volume is to be mounted at, or `undefined`. */
export function containerPathProblem(path: string): string | undefined {
  // No part ends with a dot: neither "." nor "..", and paths stay tellable apart when "/" is written as "..".
  if (!/^(\/[A-Za-z0-9._-]*[A-Za-z0-9_-])+$/.test(path))
    return `"${path}" is not a path in a container: ${containerPathForm}, e.g. "/var/cache/app"`;
  const taken = runtimeFolders.find((folder) => path === folder || path.startsWith(`${folder}/`));
  return taken === undefined
    ? undefined
    : `"${path}" is in ${taken}, which belongs to the container runtime: use another path`;
}
