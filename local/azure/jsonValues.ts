/** A JSON object as it comes over the wire: nothing in it is known until it has been looked at. */
export type JsonObject = Record<string, unknown>;

/** The value as an object, or undefined when it is anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as a string, or undefined when it is anything else. */
export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Whether a value was given at all: JSON's null stands for a property that is left out. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** An object without the properties that are left out. */
export function givenOnly(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => isGiven(value)));
}

/** The value as a list of objects; members that are none are left out. */
export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}
