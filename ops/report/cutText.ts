/** Shortens multi-line text to the length that GitHub accepts. */

/** Maximum characters in a comment or an issue; GitHub answers 422 to longer ones. */
export const bodyLimit = 65_536;

/** The text, or as many whole lines as leave room for `end`, which is then appended. */
export function cutAtLine(text: string, limit: number, end: string): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - end.length);
  return `${kept.slice(0, kept.lastIndexOf("\n"))}${end}`;
}
