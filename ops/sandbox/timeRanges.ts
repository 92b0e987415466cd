/** Bounds of the times that the commands about sandboxes accept: the help shows them, and the checks apply them. */

type TimeRange = readonly [shortest: string, longest: string];

/** How long a sandbox lives. */
export const lifetimeRange: TimeRange = ["15m", "30d"];

/** How long the work on sandboxes may take, and how long before the end a warning comes. */
export const budgetRange: TimeRange = ["5m", "6h"];

export const rangeText = ([shortest, longest]: TimeRange): string => `${shortest} to ${longest}`;
