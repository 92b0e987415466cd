/**
 * A mark of the state backend on what a sandbox creates in Azure. Two repositories can have the same app and the same
 * sandbox names in one subscription. Without the mark, each would treat resources in the other's state as its own
 * leftovers.
 */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { Cli } from "../pulumi/pulumiCli.ts";

/** @returns twelve hexadecimal digits derived from the backend's address */
export async function backendMark(cli: Cli): Promise<string> {
  const { url } = JSON.parse(await cli.run(["whoami", "--json"])) as { url: string };
  return createHash("sha256").update(placeOf(url)).digest("hex").slice(0, 12);
}

function placeOf(url: string): string {
  // Pulumi Cloud appends the user's name.
  if (/^https?:/.test(url)) return new URL(url).origin;
  // The same path on another machine is a different backend.
  return url.startsWith("file:") ? `${hostname()} ${url}` : url;
}
