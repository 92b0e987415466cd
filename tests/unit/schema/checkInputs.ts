/**
 * Checks the inputs and the answers of a mock against the declarations of the providers' SDKs. Values that only an update
 * knows count as valid.
 */
import { closest } from "../../../validate/settingDeclaration.ts";
import { revealed, unknown } from "../unknownAndSecret.ts";
import { enumValues, type Members } from "./declarations.ts";
import { functionSchema, objectMembers, resourceSchema } from "./resourceSchemas.ts";
import type { Form, Type } from "./typeText.ts";

type Values = Readonly<Record<string, unknown>>;

/** Numbers that may have a fraction. All other numbers in these interfaces are counts. */
const fractions = new Set(["spotMaxPrice"]);

const noSchema = (token: string) => [`no schema is known of ${token}: see tests/unit/schema/README.md`];

/** The problems with the inputs of a resource: one line per problem, with the path of the property. */
export function resourceProblems(token: string, inputs: Values): string[] {
  const schema = resourceSchema(token);
  if (schema === undefined) return noSchema(token);
  const given = schema.json ? fromJson(inputs, schema.inputs) : inputs;
  return new Check(schema.sdk, "complete").members(given, schema.inputs, "");
}

/** The problems with a mock's answer to a resource, apart from the inputs. The answer may be incomplete. */
export function answerProblems(token: string, inputs: Values, state: Values): string[] {
  const schema = resourceSchema(token);
  if (schema === undefined) return noSchema(token);
  const answered = Object.entries(state).filter(([name]) => !Object.hasOwn(inputs, name));
  return new Check(schema.sdk, "partial").members(Object.fromEntries(answered), schema.outputs, "");
}

/** The problems with the arguments of a provider's function. */
export function callProblems(token: string, args: Values): string[] {
  const schema = functionSchema(token);
  return schema === undefined ? noSchema(token) : new Check(schema.sdk, "complete").members(args, schema.inputs, "");
}

/** The problems with a mock's answer to a function. The answer may be incomplete. */
export function resultProblems(token: string, result: Values): string[] {
  const schema = functionSchema(token);
  return schema === undefined ? noSchema(token) : new Check(schema.sdk, "partial").members(result, schema.outputs, "");
}

/** A provider's inputs before their conversion to JSON. */
function fromJson(inputs: Values, members: Members): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const isText = members.get(name)?.type.kind === "string";
      return [name, isText || typeof value !== "string" || value === unknown ? value : (JSON.parse(value) as unknown)];
    }),
  );
}

const isMap = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

const mismatch = (path: string, value: unknown, allowed: string): string =>
  `${path} is ${JSON.stringify(value)}: it must be ${allowed}`;

class Check {
  readonly sdk: string;
  readonly extent: "complete" | "partial";

  constructor(sdk: string, extent: "complete" | "partial") {
    this.sdk = sdk;
    this.extent = extent;
  }

  /** The problems with an object. @param path of the object; "" at the top */
  members(given: Values, members: Members, path: string): string[] {
    const below = (name: string) => (path === "" ? name : `${path}.${name}`);
    const missing = [...members]
      .filter(([name, { optional }]) => !optional && (given[name] === undefined || given[name] === null))
      .map(([name]) => `${below(name)} is missing: it is required`);
    const wrong = Object.entries(given).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const member = members.get(name);
      if (member !== undefined) return this.value(value, member.type, below(name));
      const names = [...members.keys()].sort();
      return [`${below(name)} does not exist${closest(name, names) || `; there are ${names.join(", ")}`}`];
    });
    return this.extent === "partial" ? wrong : [...missing, ...wrong];
  }

  value(value: unknown, type: Type, path: string): string[] {
    const secret = revealed(value);
    if (secret !== undefined) return this.value(secret.value, type, path);
    if (value === unknown) return [];
    switch (type.kind) {
      case "any":
        return [];
      case "string":
      case "boolean":
        return typeof value === type.kind ? [] : [mismatch(path, value, `a ${type.kind}`)];
      case "number":
        return this.#number(value, path);
      case "form":
        return typeof value === "string" && type.accepts(value) ? [] : [mismatch(path, value, type.allowed)];
      case "list":
        return Array.isArray(value)
          ? value.flatMap((item, index) => this.value(item, type.of, `${path}[${index}]`))
          : [mismatch(path, value, "a list")];
      case "map":
        return isMap(value) ? this.#map(value, type.of, type.keys, path) : [mismatch(path, value, "a map")];
      case "literal":
        return this.#union(value, [type], path);
      case "union":
        return this.#union(value, type.of, path);
      case "reference":
        if (type.path[0] === "enums") return this.#union(value, [type], path);
        return isMap(value)
          ? this.members(value, objectMembers(this.sdk, type.path), path)
          : [mismatch(path, value, `an object: ${type.path.at(-1) ?? ""}`)];
    }
  }

  #number(value: unknown, path: string): string[] {
    if (fractions.has(path.split(".").pop() ?? ""))
      return Number.isFinite(value) ? [] : [mismatch(path, value, "a number")];
    return Number.isInteger(value) ? [] : [mismatch(path, value, "a whole number")];
  }

  #map(value: Values, of: Type, keys: Form | undefined, path: string): string[] {
    return Object.entries(value).flatMap(([key, item]) => [
      ...(keys?.accepts(key) === false
        ? [`the key ${JSON.stringify(key)} of ${path} is not allowed: it must be ${keys.allowed}`]
        : []),
      ...this.value(item, of, `${path}["${key}"]`),
    ]);
  }

  /**
   * Several types are allowed. If they include an enum, only its values are valid, even if the declaration adds `string`. Azure's
   * SDK adds it to every enum because the service may add values later, but this project uses today's values.
   */
  #union(value: unknown, of: readonly Type[], path: string): string[] {
    const words = of.flatMap((type): readonly (string | number | boolean)[] => {
      if (type.kind === "literal") return [type.value];
      return type.kind === "reference" && type.path[0] === "enums" ? enumValues(this.sdk, type.path) : [];
    });
    if (words.length > 0) {
      if (words.some((word) => word === value) || isStream(value, of)) return [];
      const allowed = words.map((word) => JSON.stringify(word)).join(", ");
      const texts = words.filter((word) => typeof word === "string");
      const meant = typeof value === "string" ? closest(value, texts) : "";
      return [mismatch(path, value, (words.length === 1 ? "" : "one of ") + allowed) + meant];
    }
    // For objects, the alternative with the fewest problems gives the best message; for plain values, all alternatives together do.
    const attempts = of.map((type) => this.value(value, type, path));
    const best = attempts.reduce((a, b) => (b.length < a.length ? b : a), attempts[0] ?? []);
    if (best.length === 0 || isMap(value)) return best;
    const allowed = attempts.map(([first = ""]) => first.slice(first.indexOf("it must be ") + "it must be ".length));
    return [mismatch(path, value, allowed.join(" or "))];
  }
}

/**
 * Streams of data collection rules. The SDK names five of them; the others are in the agents' documentation:
 * https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-data-collection-configure
 */
const isStream = (value: unknown, of: readonly Type[]): boolean =>
  of.some(
    (type) => type.kind === "reference" && /^Known(DataFlow|ExtensionDataSource)Streams$/.test(type.path.at(-1) ?? ""),
  ) && /^Microsoft-([A-Z][A-Za-z0-9]+)$/.test(String(value));
