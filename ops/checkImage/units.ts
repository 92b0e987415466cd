/** Human-readable sizes and times. */

/** Decimal, as registries show image sizes. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** Binary, as in Kubernetes limits. */
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} Mi`;

export const seconds = (milliseconds: number): string =>
  `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 0)} s`;

const sizeFactors: Record<string, number> = { "": 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes of a size such as "100MB" (decimal); `undefined` if it is invalid. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(KB|MB|GB)?$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (sizeFactors[unit?.toUpperCase() ?? ""] ?? 1);
}
