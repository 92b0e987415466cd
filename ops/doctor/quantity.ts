/** Kubernetes' quantities as numbers, and back for suggestions. */
import { parseQuantity } from "@tarmac/validate/quantity";

/** Bytes or cores; undefined for what is not given or no quantity. */
export const amount = (quantity: string | undefined): number | undefined =>
  quantity === undefined ? undefined : parseQuantity(quantity);

/** In whole MiB, such as "256Mi". */
export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}Mi`;

/** In MiB, or in GiB from ten of them on, such as "12Gi". */
export const gibibytes = (bytes: number): string =>
  bytes >= 10 * 2 ** 30 ? `${Math.ceil(bytes / 2 ** 30)}Gi` : mebibytes(bytes);

/** In thousandths of a core, or in whole cores from ten of them on, such as "500m". */
export const millicores = (cores: number): string =>
  cores >= 10 ? `${Math.ceil(cores)}` : `${Math.ceil(cores * 1000)}m`;
