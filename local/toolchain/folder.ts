import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "../layout.ts";
import { toolKey, tools } from "./tools.ts";

/**
 * The folder with all programs of the toolchain, to be put on PATH. Its name is derived from the pinned versions, so
 * checkouts with the same versions share it and others have their own.
 */
export function toolsFolder(): string {
  if (process.env.TARMAC_TOOLS !== undefined) return process.env.TARMAC_TOOLS;
  const key = createHash("sha256").update(tools.map(toolKey).join("\n")).digest("hex").slice(0, 8);
  return join(cacheFolder, `tools-${key}`);
}
