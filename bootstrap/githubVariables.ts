/** Variables of the GitHub repository and its environments: names and addresses, no secrets. */
import * as pulumi from "@pulumi/pulumi";

/** Values by name. */
export type Variables = Record<string, pulumi.Input<string>>;

/** Shell commands that set the variables with `gh`, which must be signed in (`gh auth login`). */
export function commands(
  repository: string,
  variables: Variables,
  environments: Record<string, Variables>,
): pulumi.Output<string> {
  const name = repository.replace(/@\d+/g, "");
  return pulumi
    .output({ variables, environments })
    .apply((known) =>
      [
        ...set(known.variables, `--repo ${name}`),
        ...Object.entries(known.environments).flatMap(([environment, values]) => [
          `gh api --method PUT repos/${name}/environments/${environment} --silent`,
          ...set(values, `--repo ${name} --env ${environment}`),
        ]),
      ].join("\n"),
    );
}

const set = (variables: Record<string, string>, where: string) =>
  Object.entries(variables).map(([key, value]) => `gh variable set ${key} ${where} --body '${value}'`);
