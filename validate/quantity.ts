/**
 * Kubernetes quantities, as people write them in manifests: `256Mi` of memory, `500m` of a CPU.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */

const factors: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The value in bytes or CPUs; `undefined` for what is not a quantity. */
export function parseQuantity(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(n|u|m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text);
  const factor = factors[parts?.[2] ?? ""];
  return parts?.[1] === undefined || factor === undefined ? undefined : Number(parts[1]) * factor;
}

/** What is wrong with an amount of memory or storage, or `undefined`. */
export function memoryProblem(text: string): string | undefined {
  const bytes = parseQuantity(text);
  const allowed = 'write whole bytes with Ki, Mi or Gi, e.g. "256Mi"';
  if (bytes === undefined) return `"${text}" is not an amount of memory: ${allowed}${suggestion(text)}`;
  if (/[num]$/.test(text)) return `"${text}" is a part of a byte: ${allowed}`;
  if (bytes < 2 ** 20) return `"${text}" is less than one Mi: ${allowed}`;
  return undefined;
}

/** What is wrong with an amount of CPU, or `undefined`. */
export function cpuProblem(text: string): string | undefined {
  const cpus = parseQuantity(text);
  const allowed = 'write thousandths of a CPU with "m" or whole CPUs, e.g. "500m" or "2"';
  if (cpus === undefined || /[kMGTi]/.test(text)) return `"${text}" is not an amount of CPU: ${allowed}`;
  if (cpus < 0.001) return `"${text}" is less than 1m, the least there is: ${allowed}`;
  return undefined;
}

/** The mend for the usual slips: `256MB`, `0.5 Gi`, `256mb`. */
function suggestion(text: string): string {
  const slip = /^(\d+(?:\.\d+)?)\s*([KMGT])i?b?$/i.exec(text.trim());
  return slip?.[1] === undefined || slip[2] === undefined
    ? ""
    : `; did you mean "${slip[1]}${slip[2].toUpperCase()}i"?`;
}

/**
 * What is wrong between a request and a limit, or `undefined`; also when one of them is no quantity, which is a problem of its own.
 * @param what "memory" or "cpu", for the message
 */
export function requestOverLimitProblem(what: string, request: string, limit: string): string | undefined {
  const [least, most] = [parseQuantity(request), parseQuantity(limit)];
  if (least === undefined || most === undefined || least <= most) return undefined;
  return `the ${what} request "${request}" is over the limit "${limit}", and Kubernetes refuses such a pod: lower the request or raise the limit`;
}
