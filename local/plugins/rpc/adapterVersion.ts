/** The version an adapter gives itself. */
import { createRequire } from "node:module";

/**
 * The version of the installed SDK whose resources the adapter serves, marked as the adapter's: the engine warns of a
 * plugin that is older than the SDK, and does not look at the mark.
 *
 * @param sdk the npm package, such as `@pulumi/kubernetes`
 */
export function adapterVersion(sdk: string): string {
  const { version } = createRequire(import.meta.url)(`${sdk}/package.json`) as { version: string };
  return `${version}+tarmac.local.adapter`;
}
