/**
 * Outputs that do not change as long as their resource exists, known in previews as well.
 *
 * azure-native previews an update with every output but `name` and `location` unknown, whatever the update is about. A role
 * assignment whose principal is unknown is then shown as replaced, and an image as rebuilt, because of a changed tag. Outputs
 * that cannot change are therefore looked up.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * @param output what the resource says itself; it counts wherever it is known
 * @param query how to find the resource: by its `name`, which is known unless the resource is still to be created or replaced
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
