/** Parses types in the SDKs' declarations, e.g. `pulumi.Input<string | enums.core.v1.ServiceSpecType | undefined>`. */

export type Type =
  | { kind: "any" }
  | { kind: "string" | "number" | "boolean" }
  | { kind: "literal"; value: string | number | boolean }
  | { kind: "list"; of: Type }
  /** Any keys, values of one type. */
  | { kind: "map"; of: Type; keys?: Form }
  /** A type that is declared elsewhere, e.g. `inputs.core.v1.PodSpec`. */
  | { kind: "reference"; path: readonly string[] }
  | { kind: "union"; of: readonly Type[] }
  /** A string of a form that the declaration only describes in prose. */
  | ({ kind: "form" } & Form);

export interface Form {
  /** Description for the message. */
  allowed: string;
  accepts: (value: string) => boolean;
}

/** Wrappers that determine when a value is available, not its type. */
const wrappers = new Set(["pulumi.Input", "pulumi.Output", "Promise"]);

/** The type `undefined`. */
const absent: Type = { kind: "any" };

/** @throws Error for syntax that the SDKs' generator did not write so far; add it to this reader */
export function parseType(text: string): Type {
  const tokens = text.match(/"[^"]*"|-?\d+(?:\.\d+)?|[\w$.]+|[^\s]/g) ?? [];
  let at = 0;
  const wrong = () => new Error(`cannot read the type ${text} at "${tokens[at] ?? "its end"}"`);
  const take = (expected: string) => {
    if (tokens[at++] !== expected) throw wrong();
  };

  const union = (): Type => {
    if (tokens[at] === "|") at++;
    const parts = [suffixed()];
    while (tokens[at] === "|") {
      at++;
      parts.push(suffixed());
    }
    // The "?" of the name says whether a member is optional.
    const present = parts.filter((part) => part !== absent);
    const [first = absent, ...others] = present;
    return others.length === 0 ? first : { kind: "union", of: present };
  };
  const suffixed = (): Type => {
    let type = single();
    while (tokens[at] === "[") {
      take("[");
      take("]");
      type = { kind: "list", of: type };
    }
    return type;
  };
  const single = (): Type => {
    const token = tokens[at++];
    if (token === undefined) throw wrong();
    if (token === "{") return map();
    if (token === "string" || token === "number" || token === "boolean") return { kind: token };
    if (token === "any") return { kind: "any" };
    if (token === "true" || token === "false") return { kind: "literal", value: token === "true" };
    if (token === "undefined") return absent;
    if (token.startsWith('"')) return { kind: "literal", value: token.slice(1, -1) };
    if (/^-?\d/.test(token)) return { kind: "literal", value: Number(token) };
    if (wrappers.has(token)) {
      take("<");
      const inner = union();
      take(">");
      return inner;
    }
    if (/^(inputs|outputs|enums)\./.test(token)) return { kind: "reference", path: token.split(".") };
    // Files and whole resources, which a mock cannot check.
    if (/^pulumi\.(asset\.|Resource$|ID$)/.test(token)) return { kind: "any" };
    throw wrong();
  };
  const map = (): Type => {
    take("[");
    at++;
    take(":");
    take("string");
    take("]");
    take(":");
    const of = union();
    if (tokens[at] === ";") at++;
    take("}");
    return { kind: "map", of };
  };

  const type = union();
  if (at !== tokens.length) throw wrong();
  return type;
}
