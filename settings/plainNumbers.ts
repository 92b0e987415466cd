/**
 * Texts that YAML reads as numbers. Where a setting is a text, such as a tag or a version, the number is written back in another
 * form: 0012345 arrives as 5349, 12345e7 as 123450000000, and 1.10 as 1.1.
 */
import { isMap, isScalar, parseDocument } from "yaml";

/** A scalar without quotes that is a number to YAML. */
export interface PlainNumber {
  /** As the file has it. */
  source: string;
  /** What YAML 1.1 and 1.2 read, which differ in octal numbers: Pulumi's parser is of both. */
  numbers: readonly number[];
}

/** The numbers among the settings of a stack file, by key. @param project what stands before the colon of a key */
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

/** What is wrong with a text that YAML has changed, or `undefined`. @param raw what arrived */
export function changedProblem(plain: PlainNumber | undefined, raw: string | undefined): string | undefined {
  if (plain === undefined || raw === undefined || raw === "" || raw === plain.source) return undefined;
  // Another value than that of the file comes from another file, or from the command line.
  if (!plain.numbers.includes(Number(raw))) return undefined;
  return `YAML reads ${plain.source} as a number, and it arrives as "${raw}": put it in quotes, "${plain.source}"`;
}
