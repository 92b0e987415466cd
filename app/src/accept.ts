/**
 * Content negotiation between the two forms of `/`: a page for a browser, JSON for a program.
 */

/**
 * True when the `Accept` header prefers HTML to JSON: by a higher quality value, or by the same value and a more specific
 * media range. A missing header and one that accepts anything (curl and most HTTP clients) mean JSON.
 */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? "*/*").split(",").map(readRange);
  const html = preference(ranges, "text", "html");
  const json = preference(ranges, "application", "json");
  if (html.quality === 0 || html.quality < json.quality) return false;
  return html.quality > json.quality || html.closeness > json.closeness;
}

interface Range {
  type: string;
  subtype: string;
  quality: number;
}

/** RFC 9110, section 12.4.2: a quality is a number from 0 to 1. An invalid quality counts as 0. */
function readRange(text: string): Range {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [type = "", subtype = ""] = range.split("/");
  const given = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return { type, subtype, quality: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given) : 0 };
}

/** The quality of the most specific matching range: `text/html` beats `text/*`, which beats the range that matches anything. */
function preference(ranges: Range[], type: string, subtype: string): { quality: number; closeness: number } {
  let best = { quality: 0, closeness: 0 };
  for (const range of ranges) {
    const closeness =
      range.type === type && range.subtype === subtype
        ? 3
        : range.type === type && range.subtype === "*"
          ? 2
          : range.type === "*" && range.subtype === "*"
            ? 1
            : 0;
    if (closeness > best.closeness) best = { quality: range.quality, closeness };
  }
  return best;
}
