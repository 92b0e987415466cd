/**
 * Removes the warnings about this environment's plugins that Pulumi prints with every command: that they come from PATH, and
 * that the Kubernetes provider, the newest that can be built from a Go module, is older than the SDK requires. `npm start`
 * names the plugins itself, and the README lists the differences.
 */

const warning =
  /warning: (using pulumi-resource-\S+ from \$PATH|resource plugin kubernetes is expected to have version) /;

/** Heading lines: the section, and the resource that its warnings are about. */
const heading = /^(Diagnostics:| {2}pulumi:pulumi:Stack \(\S+\):)$/;

/**
 * @returns a function that takes each line of the output in turn and returns the lines to print. It drops these warnings, and
 * holds back a heading until a line below it is printed
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
    // If a section has only such warnings, the blank line at its end is removed as well.
    const empty = line.trim() === "" && headings.length > 0 && dropped;
    const lines = empty ? [] : [...headings, line];
    headings = [];
    dropped = false;
    return lines;
  };
}
