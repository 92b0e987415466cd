/**
 * Kubernetes quantities: `256Mi` of memory, `500m` of a CPU, `1e3`.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */

const decimalExponents: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryPrefixes = "KMGTPE";

const quantityPattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([KMGTPE]i)|([numkMGTPE]))?$/;

/** @returns the amount, in bytes or CPUs, or `undefined` for a string that Kubernetes rejects */
export function parseQuantity(text: string): number | undefined {
  const [, number, exponent, binary, decimal = ""] = quantityPattern.exec(text) ?? [];
  if (number === undefined) return undefined;
  if (binary !== undefined) return Number(number) * 1024 ** (binaryPrefixes.indexOf(binary.charAt(0)) + 1);
  // A single conversion rounds once, so that "700m" and "0.7" are the same number.
  return Number(`${number}e${exponent ?? decimalExponents[decimal] ?? 0}`);
}

/** The forms that arguments and settings accept. Other forms are valid, but usually typos. */
const plainPattern = /^\d+(?:\.\d+)?(?:[numkMGT]|[KMGT]i)?$/;
const parsePlain = (text: string) => (plainPattern.test(text) ? parseQuantity(text) : undefined);

/**
 * The CPUs and memory of Azure's largest virtual machines: https://learn.microsoft.com/azure/virtual-machines/sizes,
 * read 2026-11-28
 */
const mostCpus = 1792;
const largestMemory = 32 * 2 ** 40;

/** Returns the problem with an amount of memory or storage, or `undefined`. */
export function memoryProblem(text: string): string | undefined {
  const bytes = parsePlain(text);
  const allowed = 'use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"';
  if (bytes === undefined) return `"${text}" is not an amount of memory: ${allowed}${suggestion(text)}`;
  const inMebibytes = `; did you mean "${/^\d+/.exec(text)?.[0]}Mi"?`;
  if (/[num]$/.test(text)) return `"${text}" is a fraction of a byte: ${allowed}${/m$/.test(text) ? inMebibytes : ""}`;
  if (bytes < 2 ** 20)
    return `"${text}" is less than 1Mi: ${allowed}${/^\d+$/.test(text) && bytes > 0 ? inMebibytes : ""}`;
  if (bytes > largestMemory) return `"${text}" is more than any machine has: ${allowed}`;
  return undefined;
}

/** Memory that the runtime needs to start a container, before its program runs. */
const leastLimit = 16 * 2 ** 20;

/** Returns the problem with the memory limit of a container, or `undefined`. */
export const memoryLimitProblem = (text: string): string | undefined =>
  memoryProblem(text) ??
  ((parsePlain(text) ?? leastLimit) < leastLimit
    ? `"${text}" is less than 16Mi, and the kernel would kill the container while it starts (OOMKilled): use e.g. "256Mi"`
    : undefined);

/** Returns the problem with an amount of CPU, or `undefined`. */
export function cpuProblem(text: string): string | undefined {
  const cpus = parsePlain(text);
  const allowed = 'use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"';
  if (cpus === undefined || /[kMGTi]/.test(text)) return `"${text}" is not an amount of CPU: ${allowed}`;
  if (cpus < 0.001) return `"${text}" is less than 1m, the minimum: ${allowed}`;
  if (cpus > mostCpus)
    return `"${text}" is more CPUs than any machine has: ${allowed}${/^\d+$/.test(text) ? `; did you mean "${text}m"?` : ""}`;
  return undefined;
}

/** The fix for common mistakes: `256MB`, `0.5 Gi`, `256mb`. */
function suggestion(text: string): string {
  const slip = /^(\d+(?:\.\d+)?)\s*([KMGT])i?b?$/i.exec(text.trim());
  if (slip?.[1] === undefined || slip[2] === undefined) return "";
  const meant = `${slip[1]}${slip[2].toUpperCase()}i`;
  return (parseQuantity(meant) ?? 0) <= largestMemory ? `; did you mean "${meant}"?` : "";
}

/**
 * Returns the problem with a request above its limit, or `undefined`. If one of them is not a quantity, that is a
 * separate problem.
 * @param what "memory" or "cpu", for the message
 */
export function requestOverLimitProblem(what: string, request: string, limit: string): string | undefined {
  const [least, most] = [parsePlain(request), parsePlain(limit)];
  if (least === undefined || most === undefined || least <= most) return undefined;
  return `the ${what} request "${request}" exceeds the limit "${limit}", and Kubernetes rejects such a pod: lower the request or raise the limit`;
}
