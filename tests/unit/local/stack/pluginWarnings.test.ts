import { withoutPluginWarnings } from "../../../../local/stack/pluginWarnings.ts";

const through = (...lines: string[]): string[] => lines.flatMap(withoutPluginWarnings());

const fromPath = "warning: using pulumi-resource-docker from $PATH at /adapters/pulumi-resource-docker";
const older =
  "warning: resource plugin kubernetes is expected to have version >=4.34.2, but has 4.25.0; the wrong version may be on your path, or this may be a bug in the plugin";
const stack = "  pulumi:pulumi:Stack (tarmac-local):";

describe("Pulumi's output in the local environment", () => {
  it("leaves out messages about the plugins while the update runs", () => {
    const row = " +  pulumi:pulumi:Stack tarmac-local creating (18s)";
    expect(through(row, `${row} ${fromPath}`, `${row} ${older}`, "after")).toEqual([row, "after"]);
  });

  it("leaves out a section that holds nothing else, with its headings and its blank line", () => {
    expect(through("before", "", "Diagnostics:", stack, `    ${fromPath}`, `    ${older}`, "", "Outputs:")).toEqual([
      "before",
      "",
      "Outputs:",
    ]);
  });

  it("keeps every other warning and error, under its headings", () => {
    const error = "    error: update failed";
    expect(through("Diagnostics:", stack, `    ${fromPath}`, error, "", "Outputs:")).toEqual([
      "Diagnostics:",
      stack,
      error,
      "",
      "Outputs:",
    ]);
    const other = ["Diagnostics:", "  kubernetes:apps/v1:Deployment (hello):", "    warning: 0/3 pods ready"];
    expect(through(...other)).toEqual(other);
  });

  it("keeps warnings of other plugins' versions", () => {
    const other =
      "warning: resource plugin random is expected to have version >=4.0.0, but has 3.0.0; the wrong version";
    expect(through(other)).toEqual([other]);
  });
});
