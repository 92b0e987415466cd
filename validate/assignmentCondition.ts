/**
 * Parses and evaluates conditions of role assignments, version 2.0. An assignment with an unsupported condition is
 * refused when it is created. Storing a condition without evaluating it would grant more than its author intended.
 *
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */

/** The facts about a request that a condition can use. */
export interface Facts {
  /** Attributes that the request writes. */
  request?: Readonly<Record<string, string>>;
  /** Attributes of the existing resource. */
  resource?: Readonly<Record<string, string>>;
}

/** Evaluates a condition for an action. As in Azure, comparisons with an unknown attribute are false. */
export type Condition = (action: string, facts: Facts) => boolean;

/** @throws Error naming the unsupported part and its position */
export function parseCondition(text: string): Condition {
  const reader = new Reader(text);
  const condition = anyOf(reader);
  if (reader.peek() !== undefined) reader.unexpected("AND, OR or the end");
  return condition;
}

const tokens = /\s*(ActionMatches|@[A-Za-z]+\[[^\]]*\]|'[^']*'|\w[\w:-]*|&&|\|\||[(){},!])/giy;

class Reader {
  readonly #text: string;
  readonly #tokens: { text: string; at: number }[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    tokens.lastIndex = 0;
    while (text.slice(tokens.lastIndex).trim() !== "") {
      const at = tokens.lastIndex;
      const found = tokens.exec(text);
      if (found?.[1] === undefined) throw new Error(`character ${at + 1} cannot be parsed: ${text.slice(at, at + 20)}`);
      this.#tokens.push({ text: found[1], at });
    }
  }

  peek = (): string | undefined => this.#tokens[this.#next]?.text;

  take(): string {
    const token = this.peek() ?? this.unexpected("more");
    this.#next++;
    return token;
  }

  expect(wanted: string): void {
    if (this.peek() !== wanted) this.unexpected(`"${wanted}"`);
    this.#next++;
  }

  takeIf(...wanted: string[]): boolean {
    const found = wanted.includes(this.peek()?.toUpperCase() ?? "");
    if (found) this.#next++;
    return found;
  }

  unexpected(wanted: string): never {
    const at = this.#tokens[this.#next]?.at ?? this.#text.length;
    throw new Error(`expected ${wanted} at character ${at + 1}, before "${this.#text.slice(at, at + 40).trim()}"`);
  }
}

function anyOf(reader: Reader): Condition {
  const parts = [allOf(reader)];
  while (reader.takeIf("OR", "||")) parts.push(allOf(reader));
  return (action, facts) => parts.some((part) => part(action, facts));
}

function allOf(reader: Reader): Condition {
  const parts = [one(reader)];
  while (reader.takeIf("AND", "&&")) parts.push(one(reader));
  return (action, facts) => parts.every((part) => part(action, facts));
}

function one(reader: Reader): Condition {
  if (reader.takeIf("!", "NOT")) {
    const inner = one(reader);
    return (action, facts) => !inner(action, facts);
  }
  if (reader.takeIf("(")) {
    const inner = anyOf(reader);
    reader.expect(")");
    return inner;
  }
  if (reader.takeIf("ACTIONMATCHES")) {
    const [pattern = ""] = values(reader);
    return (action) => like(action, pattern);
  }
  const [, source, attribute = ""] = /^@(Request|Resource)\[(.+)\]$/i.exec(reader.peek() ?? "") ?? [];
  if (source === undefined) reader.unexpected("ActionMatches, @Request[...] or @Resource[...]");
  reader.take();
  const compare = comparisons[reader.peek() ?? ""] ?? reader.unexpected(Object.keys(comparisons).join(", "));
  reader.take();
  const wanted = values(reader);
  return (_, facts) => {
    const value = facts[source.toLowerCase() as keyof Facts]?.[attribute];
    return value !== undefined && wanted.some((candidate) => compare(value, candidate));
  };
}

/** `{'a', 'b'}`, or a single value. */
function values(reader: Reader): string[] {
  const bare = (token: string) => token.replace(/^'|'$/g, "");
  if (!reader.takeIf("{")) return [bare(reader.take())];
  const list = [bare(reader.take())];
  while (reader.takeIf(",")) list.push(bare(reader.take()));
  reader.expect("}");
  return list;
}

const sameText = (a: string, b: string) => a === b;
const sameIgnoringCase = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const comparisons: Record<string, (value: string, wanted: string) => boolean> = {
  "ForAnyOfAnyValues:GuidEquals": sameIgnoringCase,
  GuidEquals: sameIgnoringCase,
  "ForAnyOfAnyValues:StringEqualsIgnoreCase": sameIgnoringCase,
  StringEqualsIgnoreCase: sameIgnoringCase,
  "ForAnyOfAnyValues:StringEquals": sameText,
  StringEquals: sameText,
  "ForAnyOfAnyValues:StringLike": like,
  StringLike: like,
};

/** `*` matches any run of characters, `?` matches one. */
function like(value: string, pattern: string): boolean {
  const expression = [...pattern]
    .map((c) => (c === "*" ? ".*" : c === "?" ? "." : c.replace(/[^\w]/, "\\$&")))
    .join("");
  return new RegExp(`^${expression}$`, "s").test(value);
}
