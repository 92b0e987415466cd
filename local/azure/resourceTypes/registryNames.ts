/** The naming rule that registries and their replications share. */
import { ArmError } from "../armErrors.ts";

export const nameRule =
  "Resource names may contain alpha numeric characters only and must be between 5 and 50 characters.";

export const followsNameRule = (name: string): boolean => /^[a-z0-9]{5,50}$/i.test(name);

/** The error for an invalid name, or undefined. */
export const checkRegistryName = (what: "Registry" | "Replication", name: string): ArmError | undefined =>
  followsNameRule(name) ? undefined : new ArmError(400, "InvalidResourceName", `${what} name '${name}': ${nameRule}`);
