/** Links to the explanation of a finding. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "./findingCodes.ts";

/**
 * The doctor's page about the same cause if there is one, else the section of the check's own page. @param checkout
 * folder with docs/
 */
export function docsPage(checkout: string, code: Code): string {
  const page = `docs/causes/${code}.md`;
  return existsSync(join(checkout, page)) ? page : `docs/check-image.md#${code}`;
}
