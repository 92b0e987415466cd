/**
 * Outputs that stay the same as long as their resource is there, known in previews as well.
 *
 * azure-native previews an update with every output but `name` and `location` unknown, whatever the update is about. A role
 * assignment whose principal is unknown is then shown as replaced, an image as built anew - because of a changed tag. What
 * cannot change is therefore looked up.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * @param output what the resource says itself; it counts wherever it is known
 * @param query how the resource is found: by its `name`, which is known unless it is still to be made or made anew
 * @param lookUp what is found; when that fails, the preview knows no more than without it
 */
export function unchanging<T, Query extends object>(
  output: pulumi.Output<T>,
  query: pulumi.Inputs & { [Key in keyof Query]: pulumi.Input<Query[Key]> },
  lookUp: (query: Query) => Promise<T>,
): pulumi.Output<T> {
  if (!pulumi.runtime.isDryRun()) return output;
  return (pulumi.output(query) as unknown as pulumi.Output<Query>)
    .apply((known) => lookUp(known).catch(() => undefined))
    .apply((found): pulumi.Input<T> => found ?? output) as pulumi.Output<T>;
}
