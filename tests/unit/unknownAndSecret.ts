/** How recorded inputs and outputs of resources show what has no plain value. */

/** What only an update can tell, in recorded inputs and outputs of a preview. */
export const unknown = "<unknown>";

/** How a secret looks in recorded inputs and outputs. */
export const secret = (value: unknown) => ({ "<secret>": value });

/** What is inside a secret; `undefined` for what is none. */
export function revealed(value: unknown): { value: unknown } | undefined {
  return typeof value === "object" && value !== null && "<secret>" in value ? { value: value["<secret>"] } : undefined;
}
