/** What a sandbox's stack is called: from a person's words or a branch's name. */
import { createHash } from "node:crypto";
import { CouldNotRun } from "../couldNotRun.ts";

/** Every sandbox's stack starts with it, and no other stack may. */
export const prefix = "sandbox-";

/** With the prefix still a DNS label with room to spare: the stack's name is its Kubernetes namespace, too. */
const longest = 40;

/**
 * The stack of a sandbox, e.g. `sandbox-feature-42` of `feature/42`. A name that is too long is cut, and ends in six hexadecimal
 * digits that follow from the whole, so that two long branches do not share a sandbox. The stack's own name stands for itself.
 * @throws CouldNotRun when nothing of the name can be used
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
