/** Kubernetes' quantities as numbers, and back for suggestions. */
const units: Record<string, number> = {
  "": 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes or cores; undefined for what is not given or no quantity. */
export function amount(quantity: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]{0,2})$/.exec(quantity ?? "");
  const unit = units[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** In whole MiB, such as "256Mi". */
export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}Mi`;

/** In MiB, or in GiB from ten of them on, such as "12Gi". */
export const gibibytes = (bytes: number): string =>
  bytes >= 10 * 2 ** 30 ? `${Math.ceil(bytes / 2 ** 30)}Gi` : mebibytes(bytes);

/** In thousandths of a core, or in whole cores from ten of them on, such as "500m". */
export const millicores = (cores: number): string =>
  cores >= 10 ? `${Math.ceil(cores)}` : `${Math.ceil(cores * 1000)}m`;
