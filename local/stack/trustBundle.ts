/** Certificates that programs trust in addition to the environment's authority: those that the user's own variable names. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Returns the file for a variable such as NODE_EXTRA_CA_CERTS, which can name only one.
 * @param given the user's value of the variable. A missing file counts as none, as for Node
 * @param own file of the environment's authority
 * @param bundle file to write both into
 */
export function trustBundle(given: string | undefined, own: string, bundle: string): string {
  // A program inside `npm run with-local` has the bundle already.
  if (given === bundle && existsSync(bundle)) return bundle;
  if (given === undefined || given === "" || given === own || !existsSync(given)) return own;
  const content = [given, own].map((file) => readFileSync(file, "utf8").trimEnd()).join("\n") + "\n";
  if (!existsSync(bundle) || readFileSync(bundle, "utf8") !== content) writeFileSync(bundle, content);
  return bundle;
}
