/** The `config` section of a Pulumi.yaml: every setting with its default. */
import { Document, Scalar, visit } from "yaml";
import type { Declaration } from "@tarmac/validate/settingDeclaration";

/**
 * @param settings their declarations by key
 * @param text of Pulumi.yaml; what stands before its `config` is kept
 * @throws Error when it has no `config`, or something after it
 */
export function projectFile(settings: Readonly<Record<string, Declaration>>, text: string): string {
  const [head, section, ...others] = text.split(/^config:$/m);
  if (head === undefined || section === undefined || others.length > 0 || /^\S/m.test(section))
    throw new Error('Pulumi.yaml must end with its one section "config:"');
  const document = new Document({ config: Object.fromEntries(Object.entries(settings).map(declared)) });
  visit(document, { Scalar: (_, scalar) => quoteAsPrettier(scalar) });
  return head + document.toString({ lineWidth: 0 });
}

/**
 * No `type`: Pulumi would refuse a map or list that `pulumi config set KEY '{"A":"b"}'` has stored as a text, or a key with
 * nothing behind it, by the type alone ("must be of type 'object'"). The program reads both, and refuses a wrong type with the
 * value and the fix.
 *
 * A secret setting is not declared as `secret: true` either: Pulumi then refuses the default as well, since that is not
 * encrypted, so that every stack would have to set it. The program refuses a secret in plain text itself.
 */
const declared = ([key, setting]: [string, Declaration]): [string, object] => [
  key,
  {
    description: setting.description,
    default: setting.default ?? "",
  },
];

/** Of the two quotes the one that the text has less of; the library takes double ones as soon as it has both. */
function quoteAsPrettier(scalar: Scalar): void {
  const count = (quote: string) => String(scalar.value).split(quote).length;
  if (count('"') > count("'") && count("'") > 1) scalar.type = Scalar.QUOTE_SINGLE;
}
