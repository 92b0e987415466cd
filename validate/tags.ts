/** Azure tags in a stack's settings. Each function returns the problem, or `undefined`. */

import { listOf, textValueProblem } from "./valueCheck.ts";

/** The tags that the program sets, and the setting that each comes from. */
const ownTags = new Map([
  ["app", "tarmac:appName"],
  ["stack", "the stack's name"],
  ["managed-by", "the program"],
  ["owner", "tarmac:owner"],
  ["expires", "tarmac:expires"],
]);

/** Maximum length of a tag's value. */
const longestValue = 256;

/**
 * Returns the problems of tags in addition to those that the program sets. Azure ignores the case of names: of two
 * names that differ only in case, one is lost.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export function tagsProblem(tags: Record<string, unknown>): string[] {
  const names = Object.keys(tags);
  const problems = Object.entries(tags).flatMap(([name, value], index) => {
    const lower = name.toLowerCase();
    const source = ownTags.get(lower);
    if (source !== undefined) return [`the tag "${name}" is set from ${source}: remove it here`];
    const twin = names.slice(0, index).find((other) => other.toLowerCase() === lower);
    if (twin !== undefined)
      return [`the tags "${twin}" and "${name}" are the same to Azure, and one would be lost: remove one`];
    if (name.trim() !== name || name === "" || name.length > 512 || /[<>%&\\?/]/.test(name) || control.test(name))
      return [
        `${JSON.stringify(name)} is not a tag name: use up to 512 characters without < > % & \\ ? / and line breaks, not beginning or ending with a space`,
      ];
    const prefix = /^(microsoft|azure|windows|aks-managed)/.exec(lower)?.[1];
    if (prefix !== undefined)
      return [`the tag "${name}" begins with "${prefix}", which Azure reserves: use another name`];
    if (typeof value !== "string") return listOf(textValueProblem(`"${name}"`, value));
    return listOf(tagValueProblem(`the value of "${name}"`, value));
  });
  const most = 50 - ownTags.size;
  if (names.length > most)
    problems.push(
      `${names.length} tags are more than ${most}, the most that Azure allows in addition to the tags that tarmac sets: remove some`,
    );
  return problems;
}

/** Line breaks, tabs and other invisible characters: no resource list shows them, and queries cannot find the tag. */
const control = /\p{Cc}/u;

/** Returns the problem with the value of a tag, or `undefined`. @param what name of the value, for the message */
export function tagValueProblem(what: string, value: string): string | undefined {
  if (value.length > longestValue) return `${what} has ${value.length} characters: use at most ${longestValue}`;
  if (control.test(value))
    return `${what}, ${JSON.stringify(value)}, has a line break or another control character, and a tag is one line: use one line of text`;
  if (value !== "" && value.trim() === "") return `${what} has nothing but spaces: use a text, or remove it`;
  return undefined;
}

/** Maximum number of tags of a private DNS zone. https://learn.microsoft.com/azure/dns/dns-zones-records#tags */
const mostZoneTags = 15;

/**
 * Returns the problem with tags on a private DNS zone, or `undefined`: too many, or names that only a zone refuses.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 * @param own number of tags that the program adds to the zone
 * @param setting the setting that creates the zone
 */
export function zoneTagsProblem(tags: Readonly<Record<string, unknown>>, own: number, setting: string): string[] {
  const names = Object.keys(tags);
  const problems = names
    .filter((name) => !/^[A-Za-z_][\w.:-]*$/.test(name))
    .map(
      (name) =>
        `"${name}" is not a tag name of a private DNS zone, which ${setting} makes with all tags: use letters, digits, "-", "_", and ".", starting with a letter`,
    );
  if (names.length + own > mostZoneTags)
    problems.push(
      `${names.length} tags are more than ${mostZoneTags - own}, the most that the private DNS zone of ${setting} can have in addition to the ${own} that tarmac sets: remove some`,
    );
  return problems;
}

/**
 * Checks the time after which an environment may be deleted.
 * @param now milliseconds since 1970, to detect past times
 */
export function expiryProblem(value: string, now = Date.now()): string | undefined {
  const [, day] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/.exec(value) ?? [];
  const time = Date.parse(value);
  if (day === undefined || Number.isNaN(time))
    return `"${value}" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"`;
  // JavaScript reads 30 February as 2 March.
  if (!new Date(time).toISOString().startsWith(day)) return `"${value}" is not a time: its month has no such day`;
  if (time <= now) return `"${value}" is past, so the next cleanup would delete the environment: use a later time`;
  return undefined;
}
