/** The newest tag of a release line: same form, same suffix, higher version. */

/** `minor`: the same major version, e.g. a release line of Node.js. `patch`: the same major and minor version. */
export type ReleaseLine = "minor" | "patch";

interface Version {
  prefix: string;
  /** Major, minor, patch. */
  numbers: [number, number, number];
  suffix: string;
}

function versionOf(tag: string): Version | undefined {
  const [, prefix = "", major, minor, patch, suffix = ""] = /^(v?)(\d+)\.(\d+)\.(\d+)((?:-[\w.-]+)?)$/.exec(tag) ?? [];
  return major === undefined ? undefined : { prefix, numbers: [Number(major), Number(minor), Number(patch)], suffix };
}

/** Whether a tag is a full version, e.g. 24.21.0-trixie-slim, so that there can be newer ones of its line. */
export const hasVersion = (tag: string): boolean => versionOf(tag) !== undefined;

/**
 * @param tag e.g. 24.21.0-trixie-slim
 * @param tags all tags of the repository
 * @returns the newest tag of the line, e.g. 24.22.1-trixie-slim for `minor`; `tag` itself if none is newer
 */
export function newestTag(tag: string, tags: readonly string[], line: ReleaseLine): string {
  const current = versionOf(tag);
  if (current === undefined) return tag;
  let newest = { tag, numbers: current.numbers };
  for (const one of tags) {
    const version = versionOf(one);
    if (version === undefined || version.prefix !== current.prefix || version.suffix !== current.suffix) continue;
    if (version.numbers[0] !== current.numbers[0]) continue;
    if (line === "patch" && version.numbers[1] !== current.numbers[1]) continue;
    if (isNewer(version.numbers, newest.numbers)) newest = { tag: one, numbers: version.numbers };
  }
  return newest.tag;
}

function isNewer(a: Version["numbers"], b: Version["numbers"]): boolean {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at !== -1 && (a[at] ?? 0) > (b[at] ?? 0);
}
