/** The part of docs/policies.md that is generated from the rules. A test keeps it up to date. */
import { rules } from "@tarmac/policy/rules/all";
import { table } from "./table.ts";

const begin = "<!-- rules: written by npm run write-policies -->";
const end = "<!-- end of the rules -->";

/** The page with the current rules. @throws Error when the page has no place for them */
export function withRules(page: string): string {
  const [before, rest] = page.split(begin, 2);
  const after = rest?.split(end, 2)[1];
  if (before === undefined || after === undefined)
    throw new Error(
      `docs/policies.md has no lines "${begin}" and "${end}", between which the rules stand: put them back`,
    );
  return `${before}${begin}\n\n${rulesText()}\n${end}${after}`;
}

function rulesText(): string {
  const overview = table(
    ["rule", "what must hold", "severity", "default level"],
    rules.map(({ id, title, severity, level }) => [`[\`${id}\`](#${id})`, title, severity, level]),
  );
  const single = rules.map((rule) => {
    const settings = Object.entries(rule.settings ?? {}).map(
      ([name, { description, default: value }]) =>
        `- Setting \`${name}\`: ${description ?? ""} Default: \`${JSON.stringify(value)}\`.`,
    );
    return [
      `### ${rule.id}`,
      "",
      `${rule.title}.`,
      "",
      `- Why: ${rule.reason}.`,
      `- Fix: ${escaped(rule.fix)}.`,
      `- See: <${rule.reference}>`,
      ...(rule.azurePolicy === undefined ? [] : [`- Azure Policy has it as "${rule.azurePolicy}".`]),
      ...settings,
      "",
    ].join("\n");
  });
  return [overview.trimEnd(), "", ...single].join("\n");
}

/** Escapes the characters of Markdown's tags and emphasis. */
const escaped = (text: string) => text.replaceAll(/[*<>]/g, "\\$&");
