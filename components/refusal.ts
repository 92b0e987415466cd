import * as pulumi from "@pulumi/pulumi";

/**
 * Refuses a component's arguments before anything is registered: throws one error that names every argument with a problem.
 *
 * @param findings pairs of argument path and problem; no problem is `undefined`
 * @throws pulumi.InputPropertyError for one problem, pulumi.InputPropertiesError for several
 */
export function refuseUnless(
  findings: readonly (readonly [propertyPath: string, problem: string | undefined])[],
): void {
  const errors = findings.flatMap(([propertyPath, reason]) => (reason === undefined ? [] : [{ propertyPath, reason }]));
  const [first] = errors;
  if (first === undefined) return;
  if (errors.length === 1) throw new pulumi.InputPropertyError(first);
  throw new pulumi.InputPropertiesError({
    message: errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join("\n"),
    errors,
  });
}
