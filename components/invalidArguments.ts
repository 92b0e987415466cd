import * as pulumi from "@pulumi/pulumi";
import { listOf, type Problems } from "@tarmac/validate/valueCheck";

/** Where in the arguments, e.g. "limits.memory", and what is wrong there; no problem is `undefined`. */
export type Finding<Path extends string = string> = readonly [propertyPath: Path, problems: Problems];

/**
 * Refuses a component's arguments before anything is registered: throws one error that names every argument with a problem.
 *
 * @throws pulumi.InputPropertyError for one problem, pulumi.InputPropertiesError for several
 */
export function throwIfAny(problems: readonly Finding[]): void {
  const errors = problems.flatMap(([propertyPath, found]) => listOf(found).map((reason) => ({ propertyPath, reason })));
  const [first] = errors;
  if (first === undefined) return;
  if (errors.length === 1) throw new pulumi.InputPropertyError(first);
  throw new pulumi.InputPropertiesError({
    message: errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join("\n"),
    errors,
  });
}
