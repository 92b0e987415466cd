/** Kubernetes quantities: `0.5`, `500m` and `5e-1` are the same amount, and the API server writes it in its own way. */

const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The amount a quantity stands for; undefined for what is none. */
export function quantityAmount(quantity: unknown): number | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") {
    return undefined;
  }
  const match = /^([+-]?\d*\.?\d+(?:\d*\.)?)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(String(quantity));
  if (match?.[1] === undefined) {
    return undefined;
  }
  return Number(`${match[1]}${match[2] ?? ""}`) * (suffixes[match[3] ?? ""] ?? 1);
}

// Maps of resources to amounts, and single fields that are amounts.
const mapsOfQuantities = new Set(["limits", "requests", "capacity", "hard", "min", "max", "default", "defaultRequest"]);
const quantityFields = new Set(["sizeLimit", "divisor", "averageValue"]);

/** True where the field at this path of a built-in kind holds a quantity. */
export function isQuantityPath(path: (string | number)[]): boolean {
  return mapsOfQuantities.has(String(path.at(-2))) || quantityFields.has(String(path.at(-1)));
}

/** True when both are the same amount, up to what a floating-point number can tell. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [first, second] = [quantityAmount(a), quantityAmount(b)];
  return first !== undefined && second !== undefined && Math.abs(first - second) <= Math.abs(first) * 1e-12;
}
