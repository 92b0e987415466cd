/**
 * Finds strings that YAML reads as numbers. If a setting is a string, such as a tag or a version, Pulumi formats the
 * number differently: 0012345 arrives as 5349, 12345e7 as 123450000000, and 1.10 as 1.1.
 */
import { isMap, isScalar, parseDocument } from "yaml";

/** An unquoted scalar that YAML reads as a number. */
export interface PlainNumber {
  /** The text in the file. */
  source: string;
  /** The values in YAML 1.1 and 1.2, which differ for octal numbers. Pulumi's parser supports both. */
  numbers: readonly number[];
}

/** Returns the numbers among the settings of a stack file, by key. @param project the key prefix before the colon */
export function plainNumbers(yaml: string, project: string): Record<string, PlainNumber> {
  const config = parseDocument(yaml).get("config");
  if (!isMap(config)) return {};
  const prefix = `${project}:`;
  return Object.fromEntries(
    config.items.flatMap(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      if (!isScalar(value) || value.type !== "PLAIN" || value.source === undefined) return [];
      const { source } = value;
      const numbers = (["1.1", "1.2"] as const).flatMap((version) => {
        const read: unknown = parseDocument(source, { version }).toJS();
        return typeof read === "number" || typeof read === "bigint" ? [Number(read)] : [];
      });
      return numbers.length === 0
        ? []
        : [[name.startsWith(prefix) ? name.slice(prefix.length) : name, { source, numbers }]];
    }),
  );
}

/** Returns the problem with a string that YAML has changed, or `undefined`. @param raw the value that arrived */
export function changedProblem(plain: PlainNumber | undefined, raw: string | undefined): string | undefined {
  if (plain === undefined || raw === undefined || raw === "" || raw === plain.source) return undefined;
  // A value that differs from the file comes from another file or the command line.
  if (!plain.numbers.includes(Number(raw))) return undefined;
  return `YAML reads ${plain.source} as a number, and it arrives as "${raw}": put it in quotes, "${plain.source}"`;
}
