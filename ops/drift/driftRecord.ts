/** What a drift issue remembers for later commands in its comments, hidden in the text. */

export interface DriftRecord {
  stack: string;
  /** Resources that the command would put back. */
  urns: string[];
}

/** One line that Markdown does not display. base64url cannot close the HTML comment. */
export const driftRecordLine = (record: DriftRecord): string =>
  `<!-- tarmac-drift-record ${Buffer.from(JSON.stringify(record)).toString("base64url")} -->`;

/** @returns `undefined` if there is no readable record */
export function driftRecordIn(text: string | undefined): DriftRecord | undefined {
  // Take the last record: the text above it contains values that anybody may have written into a resource.
  const encoded = [...(text ?? "").matchAll(/^<!-- tarmac-drift-record ([\w-]+) -->$/gm)].at(-1)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const { stack, urns } = JSON.parse(Buffer.from(encoded, "base64url").toString()) as Partial<DriftRecord>;
    const good = typeof stack === "string" && /^[\w.-]+$/.test(stack) && Array.isArray(urns);
    return good && urns.every((urn) => typeof urn === "string") ? { stack, urns } : undefined;
  } catch {
    return undefined;
  }
}
