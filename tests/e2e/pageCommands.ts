/** The shell commands of a page for a reader to type: the lines of its code blocks, in the order of the page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";

export interface PageCommand {
  /** Number of its first line in the page. */
  line: number;
  /** The command, which may have several lines. */
  text: string;
}

/**
 * @param page path in the checkout
 * @param heading of the section, without `#`
 * @throws Error when the page has no such section
 */
export function commandsOf(page: string, heading: string): PageCommand[] {
  const lines = readFileSync(join(checkoutFolder, page), "utf8").split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${page} has no section "${heading}"`);
  const commands: PageCommand[] = [];
  let inBlock = false;
  let begun: PageCommand | undefined;
  for (const [index, line] of lines.entries()) {
    if (index <= start) continue;
    if (!inBlock && /^#+ /.test(line)) break;
    if (/^ *```/.test(line)) {
      inBlock = /^ *```sh$/.test(line);
      continue;
    }
    const text = line.trim();
    if (!inBlock || text === "" || (begun === undefined && text.startsWith("#"))) continue;
    const command: PageCommand = begun ?? { line: index + 1, text: "" };
    command.text += `${begun === undefined ? "" : "\n"}${text}`;
    // A comment at the end of the line is not part of the command.
    begun = /(?:&&|\|\||\||\\)$/.test(text.replace(/\s+#.*$/, "")) ? command : undefined;
    if (begun === undefined) commands.push(command);
  }
  return commands;
}
