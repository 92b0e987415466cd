/** Which policy pack applies to a stack, and with which settings. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prefix as sandboxPrefix } from "../sandbox/sandboxName.ts";

export interface PolicyPack {
  /** For `--policy-pack`. */
  folder: string;
  /** For `--policy-pack-config`. Absent: the pack's own levels and defaults. */
  config?: string;
}

/**
 * The project's pack with the settings for the stack in `policy/config/`; all sandboxes share one file.
 * @param checkout folder of the project
 * @param env TARMAC_POLICY_PACK: another build of the same pack, for a machine whose language host cannot run this one
 */
export function policyPackFor(stack: string, checkout: string, env: NodeJS.ProcessEnv = process.env): PolicyPack {
  const folder = env.TARMAC_POLICY_PACK ?? join(checkout, "policy");
  const config = join(checkout, "policy", "config", `${stack.startsWith(sandboxPrefix) ? "sandbox" : stack}.json`);
  return existsSync(config) ? { folder, config } : { folder };
}

/** The project's pack for a stack; `undefined` if the project has none. */
export function ownPolicyPack(stack: string, checkout: string, env?: NodeJS.ProcessEnv): PolicyPack | undefined {
  const pack = policyPackFor(stack, checkout, env);
  return existsSync(join(pack.folder, "PulumiPolicy.yaml")) ? pack : undefined;
}

/** The options that make Pulumi enforce a pack in a preview or an update. */
export const policyFlags = (pack: PolicyPack | undefined): string[] =>
  pack === undefined
    ? []
    : ["--policy-pack", pack.folder, ...(pack.config === undefined ? [] : ["--policy-pack-config", pack.config])];
