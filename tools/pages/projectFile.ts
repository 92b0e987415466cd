/** The `config` section of a Pulumi.yaml: every setting with its default. */
import { Document, Scalar, visit } from "yaml";
import type { Declaration } from "@tarmac/validate/settingDeclaration";

/**
 * @param settings their declarations by key
 * @param text of Pulumi.yaml; the text before its `config` is kept
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
 * No `type`: Pulumi would refuse a map or list that `pulumi config set KEY '{"A":"b"}'` has stored as a string, or a key without
 * a value, and name the type only ("must be of type 'object'"). The program accepts both, and its error for a wrong type has the
 * value and the fix.
 *
 * A secret setting is not declared as `secret: true` either: Pulumi would then refuse the default too, because it is not
 * encrypted, so every stack would have to set it. The program itself refuses a secret in plain text.
 */
const declared = ([key, setting]: [string, Declaration]): [string, object] => [
  key,
  {
    description: setting.description,
    default: setting.default ?? "",
  },
];

/** Uses the kind of quote that occurs less often in the text. The library uses double quotes if the text has both. */
function quoteAsPrettier(scalar: Scalar): void {
  const count = (quote: string) => String(scalar.value).split(quote).length;
  if (count('"') > count("'") && count("'") > 1) scalar.type = Scalar.QUOTE_SINGLE;
}
