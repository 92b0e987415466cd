/** Kubernetes quantities as numbers, and numbers as quantities for suggestions. */
import { parseQuantity } from "@tarmac/validate/quantity";

/** Bytes or cores; undefined if the quantity is missing or invalid. */
export const amount = (quantity: string | undefined): number | undefined =>
  quantity === undefined ? undefined : parseQuantity(quantity);

/** In whole MiB, e.g. "256Mi". */
export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}Mi`;

/** In MiB, or from 10 GiB in GiB, e.g. "12Gi". */
export const gibibytes = (bytes: number): string =>
  bytes >= 10 * 2 ** 30 ? `${Math.ceil(bytes / 2 ** 30)}Gi` : mebibytes(bytes);

/** In millicores, e.g. "500m", or from 10 cores in whole cores. */
export const millicores = (cores: number): string =>
  cores >= 10 ? `${Math.ceil(cores)}` : `${Math.ceil(cores * 1000)}m`;
