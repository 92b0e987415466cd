/** Makes a text of lines fit where GitHub shows it. */

/** Characters of a comment's or an issue's text; GitHub answers 422 to more. */
export const bodyLimit = 65_536;

/** The text, or as many of its whole lines as leave room for `end`, which then stands behind them. */
export function cutAtLine(text: string, limit: number, end: string): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - end.length);
  return `${kept.slice(0, kept.lastIndexOf("\n"))}${end}`;
}
