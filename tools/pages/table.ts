/** Markdown tables in Prettier's layout, and the parts of files that a command generates. */

/** @param rows cells as Markdown, the head first */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

/** Any text as inline code. */
export const code = (text: string) => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

const begin = (name: string) => `<!-- ${name}: written by npm run write-settings -->`;
const end = (name: string) => `<!-- end of ${name} -->`;

/**
 * Replaces the text between the two markers of that name.
 * @throws Error when a marker is missing
 */
export function between(text: string, name: string, content: string): string {
  const start = text.indexOf(begin(name));
  const stop = text.indexOf(end(name));
  if (start < 0 || stop < start)
    throw new Error(`the place for "${name}" is not marked: it goes between "${begin(name)}" and "${end(name)}"`);
  return `${text.slice(0, start)}${begin(name)}\n\n${content}\n\n${text.slice(stop)}`;
}
