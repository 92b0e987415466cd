/**
 * Turns the inputs that the engine hands over into the arguments that a component takes. Programs in other languages send
 * outputs where a component takes plain values, as their languages do not tell the two apart everywhere.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Finding, throwIfAny } from "@tarmac/components/invalidArguments";
import { closest } from "@tarmac/validate/settingDeclaration";

/** A type as the schema states it. */
export interface ValueType {
  $ref?: string;
  items?: ValueType;
  additionalProperties?: ValueType;
  /** The value must be known before the component is created. */
  plain?: true;
  secret?: true;
  default?: unknown;
}
export type PropertyTypes = Readonly<Record<string, ValueType>>;
/** Object types and enums of the package, by token. */
export type PackageTypes = Readonly<Record<string, { properties?: PropertyTypes; required?: readonly string[] }>>;

type Value = Record<string, unknown>;

/** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each value that is not known or not expected */
export async function componentArguments(
  types: PackageTypes,
  properties: PropertyTypes,
  inputs: Value,
): Promise<Value> {
  const problems: Finding[] = [];
  const args = await propertiesOf(inputs, properties, "");
  throwIfAny(problems);
  return args;

  async function propertiesOf(values: Value, declared: PropertyTypes, path: string): Promise<Value> {
    const result: Value = {};
    for (const [key, value] of Object.entries(values)) {
      const { [key]: type } = declared;
      if (type === undefined)
        problems.push([
          `${path}${key}`,
          `is not an argument${closest(key, Object.keys(declared))}; remove it or correct its name`,
        ]);
      // Packages of other languages fill in defaults, which must not count as set beside arguments that exclude them.
      else if (value !== type.default) result[key] = await argument(value, type, `${path}${key}`);
    }
    return result;
  }

  async function argument(given: unknown, type: ValueType, path: string): Promise<unknown> {
    const declared = types[type.$ref?.replace("#/types/", "") ?? ""];
    const isBundle =
      declared?.properties !== undefined && Object.values(declared.properties).every((one) => !one.plain);
    let value = given;
    let isSecret = false;
    if (pulumi.Output.isInstance(given)) {
      const found = await inspect(given);
      if (!type.plain && !type.secret && !isBundle) return given;
      if (!found.known) return unknownValue(given, type, isBundle ? (declared.required ?? []) : undefined, path);
      if (found.secret && type.plain)
        problems.push([
          path,
          "the value is secret, but this argument is not: the state and previews would show it. Use an argument for secrets, or a plain value",
        ]);
      value = found.value;
      isSecret = found.secret;
    }
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) {
      const { items } = type;
      return items === undefined
        ? (value as unknown[])
        : Promise.all(value.map((item, index) => argument(item, items, `${path}[${index}]`)));
    }
    if (typeof value !== "object" || pulumi.Resource.isInstance(value)) return value;
    if (type.additionalProperties !== undefined) {
      const entries = Object.entries(value).map(async ([key, item]) => {
        const made = await argument(item, type.additionalProperties ?? {}, `${path}["${key}"]`);
        return [key, isSecret ? pulumi.secret(made) : made] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    }
    if (declared?.properties === undefined) return value;
    const members = await propertiesOf(value as Value, declared.properties, `${path}.`);
    if (!isBundle) return members;
    // Components take the ids of an identity as outputs, as another component has them.
    return Object.fromEntries(
      Object.entries(members)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, isSecret ? pulumi.secret(member) : pulumi.output(member)]),
    );
  }

  /** What stands for a value that is not known yet. @param required members of an object of outputs */
  function unknownValue(
    value: pulumi.Output<unknown>,
    type: ValueType,
    required: readonly string[] | undefined,
    path: string,
  ): unknown {
    if (required !== undefined)
      return Object.fromEntries(required.map((key) => [key, value.apply((known) => (known as Value)[key])]));
    // A preview goes without secrets that a resource will make, since a map of them hides even its keys.
    if (!type.plain) return type.additionalProperties === undefined ? value : undefined;
    problems.push([
      path,
      "the value is not known yet, because it is an output of a resource, but decides what is created: use a plain value, or one of the configuration",
    ]);
    return undefined;
  }
}

interface Inspected {
  known: boolean;
  secret: boolean;
  value: unknown;
}

/** Waits for an output. */
async function inspect(output: pulumi.Output<unknown>): Promise<Inspected> {
  // The SDK does not declare these members, which its own provider uses.
  const inner = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<unknown> };
  const [known, secret] = await Promise.all([inner.isKnown, pulumi.isSecret(output)]);
  return { known, secret, value: known ? await inner.promise() : undefined };
}

/** Returns a copy in which known outputs are replaced by their values, for checks. */
export async function knownValues(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    const { known, value: inner } = await inspect(value);
    return known ? knownValues(inner) : value;
  }
  if (Array.isArray(value)) return Promise.all(value.map(knownValues));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await knownValues(item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
