/**
 * Embeds untrusted text in Markdown: names, values and errors may contain anything written into a tag or a pull
 * request. It must be shown literally: no markup, no broken tables, no mentions, no issue links.
 */
import { withoutRecords } from "./hiddenRecord.ts";

/** Inline code: its content is never markup, a mention or a link. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === "") return "_empty_";
  const longest = longestRun(line);
  const space = longest > 0 ? " " : "";
  const fence = "`".repeat(longest + 1);
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * Running text. Characters with a meaning in Markdown or HTML become entities. GitHub looks for mentions and issues
 * only after that, so a zero-width character separates their parts.
 */
export const plain = (text: string): string =>
  oneLine(text).replaceAll(/[@#](?=\w)|\bGH-(?=\d)|\bwww\.|:(?=\/\/)|[&<>`*_[\]~|\\$]/gi, (found) =>
    /^(?:[@#]|GH-|www\.)$/i.test(found) ? `${found}&#8203;` : `&#${found.codePointAt(0)};`,
  );

/**
 * A code block, fenced with more backticks than its content contains. It contains no line that a later run could read
 * as a hidden record.
 */
export function block(text: string): string {
  const shown = withoutRecords(visible(text).replaceAll("\r", ""));
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${shown}\n${fence}`;
}

/** A table; the cells are already Markdown. A "|" would end a cell even inside code. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** A collapsible section. @param summary HTML */
export const folded = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

const oneLine = (text: string) => visible(text).replaceAll(/\s+/g, " ").trim();

/** Removes deceptive characters: color codes, control characters, and characters that change the text direction. */
const visible = (text: string) => {
  // eslint-disable-next-line no-control-regex
  const unseen = /\u001b\[[0-9;]*m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c]|\p{Cf}/gu;
  return text.replaceAll(unseen, "");
};
