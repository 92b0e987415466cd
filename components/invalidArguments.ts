import * as pulumi from "@pulumi/pulumi";
import { listOf, type Problems } from "@tarmac/validate/valueCheck";

/** A property path, e.g. "limits.memory", and the problems with its value. `undefined` means no problem. */
export type Finding<Path extends string = string> = readonly [propertyPath: Path, problems: Problems];

/**
 * Checks a component's arguments before it registers anything. Throws one error that names every invalid argument.
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
