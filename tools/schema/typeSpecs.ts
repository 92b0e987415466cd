/** Types of arguments and outputs as Pulumi's schema states them. Refuses a type that it would have to state as another. */
import ts from "typescript";
import { docComment } from "./docComment.ts";
import type { EnumTypeSpec, ObjectTypeSpec, PropertySpec, TypeSpec } from "./schemaSpecs.ts";

export interface TypeSpecs {
  /** Object types and enums by token, as far as `propertiesOf` has met them. */
  types: Record<string, ObjectTypeSpec | EnumTypeSpec>;
  /**
   * Returns the properties of an object type, and the names of those that are required.
   * @param owner name of the type, from which types without a name get theirs
   * @param direction arguments say what must be known in advance; outputs leave resources out
   * @throws Error naming a property whose type the schema cannot state
   */
  propertiesOf(type: ts.Type, owner: string, direction: "input" | "output"): Properties;
}

export interface Properties {
  properties: Record<string, PropertySpec>;
  required: string[];
}

/** A type, and whether its value may be known only during an update. */
interface Read {
  spec: TypeSpec;
  eventual: boolean;
}

/**
 * @param pkg name of the package
 * @param sources files with the named word types (`type Sku = "Basic" | "Premium"`): an optional argument's type has no name
 */
export function typeSpecs(pkg: string, checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): TypeSpecs {
  const named = wordTypes(sources, checker);
  const types: TypeSpecs["types"] = {};
  const token = (name: string) => `${pkg}:index:${name}`;
  const ref = (name: string): TypeSpec => ({ $ref: `#/types/${token(name)}` });

  /** Declares a type. Two different types of one name would lose one of them. */
  function declare(name: string, spec: ObjectTypeSpec | EnumTypeSpec): TypeSpec {
    const { [token(name)]: other } = types;
    if (other !== undefined && shape(other) !== shape(spec))
      throw new Error(`two different types are named ${name}: give one another name`);
    types[token(name)] ??= spec;
    return ref(name);
  }

  function enumOf(words: string[], name: string): TypeSpec {
    const known = named.get(wordsKey(words));
    const { description } = docComment(known, checker);
    const values = words.toSorted().map((value) => ({ value }));
    return declare(known?.name ?? name, { type: "string", ...(description && { description }), enum: values });
  }

  function read(type: ts.Type, name: string): Read {
    const parts = type.isUnion() ? type.types : [type];
    const wrappers = parts.filter(isWrapper);
    if (wrappers.length > 0) {
      const [inner] = wrappers.map((wrapper) => innerOf(wrapper));
      if (inner === undefined) throw new Error(`${name}: ${checker.typeToString(type)} has no type inside`);
      return { spec: read(inner, name).spec, eventual: true };
    }
    const known = parts.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    return {
      spec: plainSpec(known.length === parts.length ? type : checker.getNonNullableType(type), name),
      eventual: false,
    };
  }

  function plainSpec(type: ts.Type, name: string): TypeSpec {
    const parts = type.isUnion() ? type.types : [type];
    if (parts.every(({ flags }) => flags & ts.TypeFlags.BooleanLike)) return { type: "boolean" };
    if (parts.every((part) => part.isStringLiteral()))
      return enumOf(
        parts.map((part) => part.value),
        name,
      );
    if (parts.length > 1) return { oneOf: parts.map((part) => plainSpec(part, `${name}Options`)) };
    if (type.flags & ts.TypeFlags.String) return { type: "string" };
    // Counts, seconds, ports and sizes: every check refuses a fraction.
    if (type.flags & ts.TypeFlags.Number) return { type: "integer" };
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      if (item !== undefined) return { type: "array", items: nested(item, name) };
    }
    if (type.flags & ts.TypeFlags.Object && type.getCallSignatures().length === 0) return objectSpec(type, name);
    throw new Error(`${name}: the schema cannot state the type ${checker.typeToString(type)}`);
  }

  const nested = (type: ts.Type, name: string): TypeSpec => {
    const { spec, eventual } = read(type, name);
    return eventual || isBundle(spec) ? spec : { ...spec, plain: true };
  };

  function objectSpec(type: ts.Type, name: string): TypeSpec {
    const index = type.getStringIndexType();
    if (index !== undefined) return { type: "object", additionalProperties: nested(index, name) };
    const members = type.getProperties();
    // Names that no language has for properties, such as those of roles: a map, whose keys the component checks.
    if (members.length > 0 && members.every((one) => !/^\w+$/.test(one.name))) {
      const [first] = members.map((one) => checker.getNonNullableType(checker.getTypeOfSymbol(one)));
      if (first !== undefined) return { type: "object", additionalProperties: nested(first, name) };
    }
    if (members.length === 0 || isResource(type))
      throw new Error(`${name}: the schema cannot state the type ${checker.typeToString(type)}`);
    const own = ownName(type) ?? name;
    const { description } = docComment(type.aliasSymbol ?? type.getSymbol(), checker);
    const { properties, required } = propertiesOf(type, own, "input");
    return declare(own, {
      type: "object",
      ...(description && !isUtility(type) && { description }),
      properties,
      ...(required.length > 0 && { required }),
    });
  }

  /** All of whose values may be outputs, such as the ids of an identity. A caller may pass it as one output of another component. */
  function isBundle(spec: TypeSpec): boolean {
    const { [spec.$ref?.replace("#/types/", "") ?? ""]: declared } = types;
    return (
      declared !== undefined &&
      "properties" in declared &&
      Object.values(declared.properties).every((one) => !one.plain)
    );
  }

  function propertiesOf(type: ts.Type, owner: string, direction: "input" | "output"): Properties {
    const properties: Record<string, PropertySpec> = {};
    const required: string[] = [];
    for (const symbol of type.getProperties()) {
      const { name } = symbol;
      const of = checker.getTypeOfSymbol(symbol);
      if (direction === "output" && (isResource(elementOf(of)) || isNothing(of))) continue;
      const { description, default: constant, secret } = docComment(symbol, checker);
      const { spec, eventual } = read(of, `${owner}${name.charAt(0).toUpperCase()}${name.slice(1)}`);
      properties[name] = {
        ...spec,
        ...(direction === "input" && !eventual && !secret && !isBundle(spec) && { plain: true }),
        ...(description !== undefined && { description }),
        ...(direction === "input" && constant !== undefined && !spec.$ref && { default: constant }),
        ...(constant !== undefined &&
          spec.$ref && { description: `${description ?? ""} Default: ${JSON.stringify(constant)}.`.trim() }),
        ...(secret && { secret }),
      };
      if (!mayBeMissing(symbol, of)) required.push(name);
    }
    return { properties, required };
  }

  /** The type of an array's items; another type itself. */
  function elementOf(type: ts.Type): ts.Type {
    const known = checker.getNonNullableType(type);
    return checker.isArrayType(known) ? (checker.getTypeArguments(known as ts.TypeReference)[0] ?? known) : known;
  }

  const isResource = (type: ts.Type) => type.getProperty("urn") !== undefined;

  return { types, propertiesOf };
}

/** `Output<T>` and `Promise<T>`, of which `Input<T>` consists beside T. */
const isWrapper = (type: ts.Type): boolean =>
  ["OutputInstance", "Promise"].includes(type.getSymbol()?.name ?? "") ||
  (type.isIntersection() && type.types.some(isWrapper));

function innerOf(wrapper: ts.Type): ts.Type | undefined {
  const reference = (wrapper.isIntersection() ? wrapper.types.find(isWrapper) : wrapper) as
    ts.TypeReference | undefined;
  return reference?.typeArguments?.[0];
}

const isNothing = (type: ts.Type) => Boolean(type.flags & ts.TypeFlags.Undefined);

const mayBeMissing = (symbol: ts.Symbol, type: ts.Type) =>
  Boolean(symbol.flags & ts.SymbolFlags.Optional) ||
  (type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined));

/** `Pick`, `Omit` and the like, whose name says nothing of what is in the type. */
const isUtility = (type: ts.Type) => /^(?:Pick|Omit|Partial|Readonly|Required)$/.test(type.aliasSymbol?.name ?? "");

/** The name that the type has in its source, without "Args", which the languages' packages add themselves. */
function ownName(type: ts.Type): string | undefined {
  if (type.aliasSymbol !== undefined) return isUtility(type) ? undefined : withoutArgs(type.aliasSymbol.name);
  const name = type.getSymbol()?.name;
  return name === undefined || name.startsWith("__") ? undefined : withoutArgs(name);
}
const withoutArgs = (name: string) => name.replace(/Args$/, "");

const shape = (spec: ObjectTypeSpec | EnumTypeSpec) =>
  JSON.stringify(spec, (key, value: unknown) => (key === "description" ? undefined : value));

const wordsKey = (words: readonly string[]) => JSON.stringify(words.toSorted());

/** The exported types that are one of several words, by their words. */
function wordTypes(sources: readonly ts.SourceFile[], checker: ts.TypeChecker): Map<string, ts.Symbol> {
  const found = new Map<string, ts.Symbol>();
  for (const statement of sources.flatMap((source) => source.statements.filter(ts.isTypeAliasDeclaration))) {
    const type = checker.getTypeAtLocation(statement.name);
    const symbol = checker.getSymbolAtLocation(statement.name);
    if (symbol === undefined || !type.isUnion() || !type.types.every((part) => part.isStringLiteral())) continue;
    found.set(wordsKey(type.types.map((part) => part.value)), symbol);
  }
  return found;
}
