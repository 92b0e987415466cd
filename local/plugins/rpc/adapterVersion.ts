/** The version that an adapter reports. */
import { createRequire } from "node:module";

/**
 * The version of the SDK whose resources the adapter serves, with a suffix that marks the adapter. The engine warns about a plugin that is
 * older than the SDK, and ignores the suffix.
 *
 * @param sdk the npm package, such as `@pulumi/kubernetes`
 */
export function adapterVersion(sdk: string): string {
  const { version } = createRequire(import.meta.url)(`${sdk}/package.json`) as { version: string };
  return `${version}+tarmac.local.adapter`;
}
