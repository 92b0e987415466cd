/**
 * Shortens a report to the available size: removes whole sections, least important first, and leaves a line in place of
 * each.
 */
import { cutAtLine } from "../report/cutText.ts";
import type { Section } from "./reportMarkdown.ts";

/** A step summary may have 1 MiB; a character has at most 4 bytes. */
export const summaryLimit = 250_000;

export interface Cut {
  text: string;
  /** Whether something was left out. */
  cut: boolean;
}

const separator = "\n\n";
const joined = (texts: readonly string[]) => `${texts.filter((text) => text !== "").join(separator)}\n`;

/** @param where sentence that says where the whole text is; Markdown */
export function fit(sections: readonly Section[], limit: number, where: string): Cut {
  const whole = joined(sections.map(({ text }) => text));
  if (whole.length <= limit) return { text: whole, cut: false };

  const note = `**This is too long for a comment: parts are left out.** ${where}`;
  const texts = sections.map(({ text }) => text);
  const [first = "", ...rest] = texts;
  texts.splice(0, texts.length, first, note, ...rest);
  // After the heading, so that readers notice.
  const at = (index: number) => (index === 0 ? 0 : index + 1);
  const order = sections
    .map(({ text, short, weight }, index) => ({ index, weight, short, gain: text.length - short.length }))
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => a.weight - b.weight || b.gain - a.gain);
  let length = joined(texts).length;
  for (const { index, short, gain } of order) {
    if (length <= limit) break;
    texts[at(index)] = short;
    length -= gain + (short === "" ? separator.length : 0);
  }
  // The last resort: so many environments that their headings alone are too long.
  return { text: cutAtLine(joined(texts), limit, "\n\n_The rest is left out._\n"), cut: true };
}
