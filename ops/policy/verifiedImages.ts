/** Tells the policies which images a deployment has verified. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PolicyPack } from "./policyPack.ts";

const rule = "image-attested";

/**
 * Runs something with a copy of a pack's settings in which the rule `image-attested` is required, and knows these digests.
 * @param digests `sha256:...`
 */
export async function withVerifiedImages<T>(
  pack: PolicyPack,
  digests: readonly string[],
  act: (pack: PolicyPack) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), "tarmac-policy-"));
  try {
    const config = join(scratch, "config.json");
    const given = (pack.config === undefined ? {} : JSON.parse(readFileSync(pack.config, "utf8"))) as Record<
      string,
      unknown
    >;
    const own = given[rule];
    const settings = typeof own === "string" ? { enforcementLevel: own } : (own as object | undefined);
    const required = { ...settings, required: true, verified: digests };
    writeFileSync(config, JSON.stringify({ ...given, [rule]: required }), { mode: 0o600 });
    return await act({ ...pack, config });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
