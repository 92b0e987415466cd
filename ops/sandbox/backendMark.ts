/**
 * A mark of the state backend on what a sandbox creates in Azure. Two repositories can have the same app and sandboxes of the same
 * names in one subscription: without the mark, each would take what the other's state knows for its own leftovers.
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { Cli } from "../pulumi/pulumiCli.ts";

/** Tag of every Azure resource of a sandbox. */
export const backendTag = "tarmac-backend";

/** @returns twelve hexadecimal digits that follow from the backend's address */
export async function backendMark(cli: Cli): Promise<string> {
  const { url } = JSON.parse(await cli.run(["whoami", "--json"])) as { url: string };
  return createHash("sha256").update(placeOf(url)).digest("hex").slice(0, 12);
}

function placeOf(url: string): string {
  // Pulumi Cloud adds the name of whoever asks.
  if (/^https?:/.test(url)) return new URL(url).origin;
  // A folder of the same name on another machine is another one.
  return url.startsWith("file:") ? `${hostname()} ${url}` : url;
}
