/** Label selectors in kubectl's syntax: `a=b,c!=d,e,!f,g in (h,i),j notin (k)`. */
type Labels = Readonly<Record<string, string>>;

/**
 * Whether an object with these labels matches. Needed for pod templates, which the API server cannot select by label.
 */
export function matches(selector: string, labels: Labels = {}): boolean {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== "")
    .every((term) => holds(term, labels));
}

function holds(term: string, labels: Labels): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set !== null) {
    const value = labels[set[1] ?? ""];
    const among = value !== undefined && (set[3] ?? "").split(",").some((item) => item.trim() === value);
    return set[2] === "in" ? among : !among;
  }
  const equality = /^([^!=\s]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
  if (equality !== null) {
    const [, key = "", operator, value] = equality;
    return operator === "!=" ? labels[key] !== value : labels[key] === value;
  }
  return term.startsWith("!") ? !Object.hasOwn(labels, term.slice(1).trim()) : Object.hasOwn(labels, term);
}
