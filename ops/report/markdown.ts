/**
 * Text of others inside Markdown: names, values and errors may hold whatever somebody wrote into a tag or a pull request. It
 * must be shown as it is: no markup, no table broken, nobody mentioned, no issue linked.
 */

/** Inline code: nothing in it is markup, a mention or a link. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === "") return "_empty_";
  const longest = longestRun(line);
  const space = longest > 0 ? " " : "";
  const fence = "`".repeat(longest + 1);
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * Running text. What Markdown and HTML give a meaning becomes an entity; GitHub looks for mentions and issues only after
 * that, so a character without width goes between their parts.
 */
export const plain = (text: string): string =>
  oneLine(text).replaceAll(/[@#](?=\w)|\bGH-(?=\d)|\bwww\.|:(?=\/\/)|[&<>`*_[\]~|\\$]/gi, (found) =>
    /^(?:[@#]|GH-|www\.)$/i.test(found) ? `${found}&#8203;` : `&#${found.codePointAt(0)};`,
  );

/** A block of lines, fenced with more backticks than what is shown of them holds. */
export function block(text: string): string {
  const shown = visible(text).replaceAll("\r", "");
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${shown}\n${fence}`;
}

/** A table; the cells are Markdown already. Its "|" would end a cell even inside code. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** A part that is folded up until somebody wants it. @param summary HTML */
export const folded = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

const oneLine = (text: string) => visible(text).replaceAll(/\s+/g, " ").trim();

/** Without what only deceives the eye: colours, control characters, and those that turn the direction of text around. */
const visible = (text: string) => {
  // eslint-disable-next-line no-control-regex
  const unseen = /\u001b\[[0-9;]*m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c]|\p{Cf}/gu;
  return text.replaceAll(unseen, "");
};
