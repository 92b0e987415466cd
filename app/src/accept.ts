/**
 * Content negotiation between the two forms of `/`: a page for a browser, JSON for a program.
 */

/**
 * True when the `Accept` header asks for HTML rather than JSON: by a higher quality value, or by the same one and a
 * closer match. No header, or one that takes anything (curl and most HTTP clients), means JSON.
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

/** RFC 9110 12.4.2: a quality runs from 0 to 1. What cannot be read as one asks for nothing. */
function readRange(text: string): Range {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [type = "", subtype = ""] = range.split("/");
  const given = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return { type, subtype, quality: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given) : 0 };
}

/**
 * The quality of the closest matching range: `text/html` counts over `text/*`, and that over the range for anything.
 */
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
