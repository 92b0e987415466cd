/**
 * Leaves out of Pulumi's output what it says of this environment's plugins with every command: that they come from PATH, and
 * that the Kubernetes provider, the newest that can be built from a Go module, is older than the SDK asks for. `npm start`
 * names the plugins itself, and the README says what differs.
 */

const warning =
  /warning: (using pulumi-resource-\S+ from \$PATH|resource plugin kubernetes is expected to have version) /;

/** Lines that only introduce others: the section, and the resource that its warnings are about. */
const heading = /^(Diagnostics:| {2}pulumi:pulumi:Stack \(\S+\):)$/;

/**
 * @returns a function that takes each line of the output in turn and gives the lines to print: none for such a warning, and
 * for a heading not before something stands below it
 */
export function withoutPluginWarnings(): (line: string) => string[] {
  let headings: string[] = [];
  let dropped = false;
  return (line) => {
    if (warning.test(line)) {
      dropped = true;
      return [];
    }
    if (heading.test(line)) {
      headings.push(line);
      return [];
    }
    // The blank line that ends a section of nothing but such warnings goes with it.
    const empty = line.trim() === "" && headings.length > 0 && dropped;
    const lines = empty ? [] : [...headings, line];
    headings = [];
    dropped = false;
    return lines;
  };
}
