/** The docstring of a declaration, as the schema repeats it. */
import ts from "typescript";

export interface DocComment {
  description?: string;
  /** The default, if it is one text, number or truth value. */
  default?: string | number | boolean;
  secret?: true;
}

export function docComment(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): DocComment {
  if (symbol === undefined) return {};
  const text = readable(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tags = new Map(symbol.getJsDocTags(checker).map((tag) => [tag.name, ts.displayPartsToString(tag.text)]));
  const given = tags.get("default");
  const constant = constantOf(given);
  const variable = given?.includes(nameOfComponent) ? ", where NAME is the name of the component" : "";
  const sentences = [
    text,
    given === undefined || constant !== undefined ? "" : `Default: ${readable(given)}${variable}.`,
  ];
  const description = sentences.filter((sentence) => sentence !== "").join(" ");
  return {
    ...(description !== "" && { description }),
    ...(constant !== undefined && { default: constant }),
    ...(tags.has("secret") && { secret: true }),
  };
}

/** Joins the lines of a paragraph, and resolves links to other declarations. */
const readable = (text: string) =>
  text
    .replace(/\{@link ([\w.]+)\}/g, "`$1`")
    .split(/\n\s*\n/)
    .map((paragraph) => (/^\s*[-*]/m.test(paragraph) ? paragraph : paragraph.replace(/\s*\n\s*/g, " ")).trim())
    .join("\n\n");

/** Stands in a default that follows the component's name, such as "NAME-tls". */
const nameOfComponent = "NAME";

function constantOf(text: string | undefined): DocComment["default"] {
  if (text?.includes(nameOfComponent)) return undefined;
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
  } catch {
    return undefined;
  }
}
