/** The name of a sandbox's stack, from the requested name or the branch's. */
import { createHash } from "node:crypto";
import { CouldNotRun } from "../couldNotRun.ts";

/** Every sandbox's stack name starts with this prefix, and no other stack's may. */
export const prefix = "sandbox-";

/** With the prefix this is still a DNS label with room to spare: the stack name is also its Kubernetes namespace. */
const longest = 40;

/**
 * The stack of a sandbox, e.g. `sandbox-feature-42` for `feature/42`. A name that is too long is cut and gets six
 * hexadecimal digits derived from the full name, so that two long branches do not share a sandbox. An existing stack
 * name maps to itself.
 * @throws CouldNotRun if no character of the name can be used
 */
export function sandboxStack(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^refs\/heads\//, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const own = plain.startsWith(prefix) ? plain.slice(prefix.length) : plain;
  if (own === "") {
    throw new CouldNotRun(
      `"${name}" cannot name a sandbox: use letters and digits, e.g. the branch's name "feature/42"`,
    );
  }
  if (own.length <= longest) return prefix + own;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${prefix}${own.slice(0, longest - digits.length - 1).replace(/-$/, "")}-${digits}`;
}
