/** Files that a container has written outside its mounts (`docker diff`). */
import type { Container } from "dockerode";

interface Change {
  Path: string;
  /** 0 changed, 1 added, 2 deleted */
  Kind: number;
}

/** Files that the engine itself adds to every container. */
const engineFiles =
  /^\/(?:dev|proc|sys)(?:\/|$)|^\/etc(?:\/(?:hosts|hostname|resolv\.conf|mtab))?$|^\/\.dockerenv$|^\/run(?:\/secrets)?$/;

export async function writtenBy(container: Container, mounts: readonly string[]): Promise<string[]> {
  // Without changes the engine answers `null`, which the client returns unparsed.
  const changes = (await container.changes()) as unknown;
  return writtenPaths(Array.isArray(changes) ? (changes as Change[]) : [], mounts);
}

/** Only the deepest paths: changes to their parent folders follow from them. */
export function writtenPaths(changes: readonly Change[], mounts: readonly string[]): string[] {
  const paths = changes
    .map(({ Path }) => Path)
    .filter((path) => !engineFiles.test(path))
    .filter(
      (path) => !mounts.some((mount) => path === mount || path.startsWith(`${mount}/`) || mount.startsWith(`${path}/`)),
    );
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))).sort();
}
