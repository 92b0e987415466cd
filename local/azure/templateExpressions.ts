/**
 * The part of the template language that is simulated: `[reference('ID', 'VERSION', 'Full')]`, `[parameters('NAME')]`,
 * `[union(A, B)]`, and members of their results. All other expressions are refused.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
 */
import { ArmError } from "./armErrors.ts";
import { asObject, type JsonObject } from "./jsonValues.ts";

export interface TemplateValues {
  /** Values of the template's parameters. */
  parameters: JsonObject;
  /** A resource as its type shows it in an API version. @throws ArmError when there is none */
  reference(id: string, apiVersion: string): JsonObject;
}

/** The value with all of its expressions evaluated, at any depth. @throws 400 InvalidTemplate for unsupported expressions */
export function evaluate(value: unknown, values: TemplateValues): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, values));
  const object = asObject(value);
  if (object !== undefined)
    return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, evaluate(inner, values)]));
  if (typeof value !== "string" || !value.startsWith("[") || !value.endsWith("]")) return value;
  // "[[" is an escaped bracket.
  if (value.startsWith("[[")) return value.slice(1);
  return new Expression(value.slice(1, -1), values).whole();
}

class Expression {
  readonly #text: string;
  readonly #values: TemplateValues;
  #at = 0;

  constructor(text: string, values: TemplateValues) {
    this.#text = text;
    this.#values = values;
  }

  whole(): unknown {
    const value = this.#value();
    if (this.#at < this.#text.length) throw this.#invalid();
    return value;
  }

  #value(): unknown {
    const literal = this.#take(/'((?:[^']|'')*)'/y);
    if (literal !== undefined) return literal[1]?.replaceAll("''", "'");
    const name = this.#take(/(\w+)\(/y)?.[1];
    if (name === undefined) throw this.#invalid();
    const args: unknown[] = [];
    while (this.#take(/\)/y) === undefined) {
      if (args.length > 0 && this.#take(/\s*,\s*/y) === undefined) throw this.#invalid();
      args.push(this.#value());
    }
    let value = this.#call(name, args);
    for (let member = this.#member(); member !== undefined; member = this.#member()) {
      const found = asObject(value)?.[member];
      if (found === undefined) {
        throw invalidTemplate(
          `The language expression property '${member}' doesn't exist, available properties are '${Object.keys(asObject(value) ?? {}).join(", ")}'.`,
        );
      }
      value = found;
    }
    return value;
  }

  #call(name: string, args: readonly unknown[]): unknown {
    const [first, second, third] = args;
    switch (name) {
      case "parameters":
        if (typeof first === "string" && first in this.#values.parameters) return this.#values.parameters[first];
        throw invalidTemplate(`The template parameter '${String(first)}' is not found.`);
      case "reference":
        if (typeof first === "string" && typeof second === "string") {
          const resource = this.#values.reference(first, second);
          return String(third).toLowerCase() === "full" ? resource : resource.properties;
        }
        throw this.#invalid();
      case "union":
        return args.reduce(merged);
      default:
        throw invalidTemplate(`The template function '${name}' is not simulated.`);
    }
  }

  #member = (): string | undefined => this.#take(/\.(\w+)/y)?.[1];

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #invalid = () => invalidTemplate(`Unable to parse language expression '${this.#text}'.`);
}

/** Merges like `union`: objects at every depth, and all other values are replaced. */
function merged(a: unknown, b: unknown): unknown {
  const [left, right] = [asObject(a), asObject(b)];
  if (left === undefined || right === undefined) return b;
  return Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((key) => [
      key,
      key in left && key in right ? merged(left[key], right[key]) : (right[key] ?? left[key]),
    ]),
  );
}

export const invalidTemplate = (reason: string) =>
  new ArmError(400, "InvalidTemplate", `Deployment template validation failed: '${reason}'.`);
