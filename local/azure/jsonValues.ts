/** A JSON object from a request, of unknown content. */
export type JsonObject = Record<string, unknown>;

/** The value as an object, or undefined when it is anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as a string, or undefined when it is anything else. */
export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Whether a value is present: null in JSON means that a property is not set. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The object without properties that are not set. */
export function givenOnly(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => isGiven(value)));
}

/** The objects in a list; anything else in it is dropped. */
export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}
