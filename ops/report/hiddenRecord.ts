/** Data that a comment or an issue stores for later runs: one line of its text, which Markdown does not display. */

/** Base64url cannot close the HTML comment. @param name e.g. "tarmac-record" */
export const hiddenRecord = (name: string, data: unknown): string =>
  `<!-- ${name} ${Buffer.from(JSON.stringify(data)).toString("base64url")} -->`;

/**
 * Takes the last record only, and only if it is a whole line: the text above it may contain what anybody wrote into a
 * resource, and what the code of a pull request printed.
 * @returns the data, which is not validated; `undefined` if there is no readable record
 */
export function hiddenRecordIn(name: string, text: string | undefined): unknown {
  const encoded = [...(text ?? "").matchAll(new RegExp(`^<!-- ${name} ([\\w-]+) -->$`, "gm"))].at(-1)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** The text, with lines that could be read as a record moved by a space. */
export const withoutRecords = (text: string): string => text.replaceAll(/^<!-- tarmac/gm, " $&");
