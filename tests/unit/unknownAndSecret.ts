/** Markers for values without a plain form in recorded inputs and outputs of resources. */

/** Marker for a value that a preview cannot know. */
export const unknown = "<unknown>";

/** Marker around a secret value. */
export const secret = (value: unknown) => ({ "<secret>": value });

/** The value inside the marker of a secret; `undefined` for anything else. */
export function revealed(value: unknown): { value: unknown } | undefined {
  return typeof value === "object" && value !== null && "<secret>" in value ? { value: value["<secret>"] } : undefined;
}
