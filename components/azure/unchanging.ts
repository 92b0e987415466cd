/**
 * Outputs that cannot change while their resource exists, known in previews too.
 *
 * In the preview of any update, azure-native marks every output except `name` and `location` as unknown. A changed tag
 * then shows a role assignment with an unknown principal as replaced, and an image as rebuilt. So outputs that cannot
 * change are looked up.
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * @param output the resource's own output; used whenever it is known
 * @param query how to find the resource: by its `name`, which is known unless the resource is about to be created or
 * replaced
 * @param lookUp returns the value; if it fails, the value stays unknown in the preview
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
