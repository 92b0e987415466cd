/** Variables of the repository and its environments: names and addresses, no secrets. https://docs.github.com/rest/actions/variables */
import { CouldNotRun } from "../couldNotRun.ts";
import { found, nothing, type Adopted, type GitHub } from "./adoption.ts";

/** What the bootstrap outputs: `pulumi -C bootstrap stack output --json`. */
export interface BootstrapOutputs {
  /** OWNER/NAME. */
  repository: string;
  repositoryVariables: Record<string, string>;
  /** Variables per environment. */
  environmentVariables: Record<string, Record<string, string>>;
}

/** @throws CouldNotRun naming what is missing */
export function outputsIn(text: string, file: string): BootstrapOutputs {
  let outputs: Partial<BootstrapOutputs> = {};
  try {
    outputs = (JSON.parse(text) ?? {}) as Partial<BootstrapOutputs>;
  } catch {
    // Below: nothing is in it.
  }
  const missing = (["repository", "repositoryVariables", "environmentVariables"] as const).filter(
    (name) => outputs[name] === undefined,
  );
  if (missing.length === 0) return outputs as BootstrapOutputs;
  throw new CouldNotRun(
    `--outputs: ${file} has no ${missing.join(", ")}; write it with: pulumi -C bootstrap stack output --json > ${file}`,
  );
}

/** Sets variables of the repository or of an environment. @throws GitHubError */
export async function setVariables(
  github: GitHub,
  repository: string,
  values: Record<string, string>,
  environment?: string,
): Promise<Adopted> {
  const result = nothing();
  const path = `/repos/${repository}/${environment === undefined ? "actions" : `environments/${environment}`}/variables`;
  for (const [name, value] of Object.entries(values)) {
    const what = `variable ${name}${environment === undefined ? "" : ` of ${environment}`}`;
    const before = await found(github.request<{ value: string }>("GET", `${path}/${name}`));
    if (before?.value === value) {
      result.kept.push(`${what}: set`);
      continue;
    }
    if (before === undefined) await github.request("POST", path, { name, value });
    else await github.request("PATCH", `${path}/${name}`, { name, value });
    result.changed.push(`${what}: ${before === undefined ? "set" : "updated"}`);
  }
  return result;
}
