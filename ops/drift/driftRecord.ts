/** What an issue about drift remembers for whoever answers it with a command, hidden in its text. */

export interface DriftRecord {
  stack: string;
  /** What the command would put back. */
  urns: string[];
}

/** One line that Markdown does not show. base64url cannot end the HTML comment. */
export const driftRecordLine = (record: DriftRecord): string =>
  `<!-- tarmac-drift-record ${Buffer.from(JSON.stringify(record)).toString("base64url")} -->`;

/** @returns `undefined` where there is none, or none that can be read */
export function driftRecordIn(text: string | undefined): DriftRecord | undefined {
  // The last one: above it stand values that anybody may have written into a resource.
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
