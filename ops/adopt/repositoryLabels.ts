/** The labels that the workflows read. */
import { overrideLabel } from "../previewReport/overrideLabel.ts";
import { found, nothing, type Adopted, type GitHub } from "./adoption.ts";

const labels = [
  { name: overrideLabel, color: "d93f0b", description: "The preview's reasons to stop are accepted" },
  { name: "sandbox", color: "0e8a16", description: "An environment of its own for this pull request" },
];

/** Creates the missing labels. @throws GitHubError */
export async function createLabels(github: GitHub, repository: string): Promise<Adopted> {
  const result = nothing();
  for (const label of labels) {
    const there = await found(github.request("GET", `/repos/${repository}/labels/${label.name}`));
    if (there === undefined) await github.request("POST", `/repos/${repository}/labels`, label);
    (there === undefined ? result.changed : result.kept).push(
      `label ${label.name}: ${there === undefined ? "created" : "exists"}`,
    );
  }
  return result;
}
