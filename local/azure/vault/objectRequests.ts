/** The common parts of requests for keys and for secrets of the simulated vaults, and their differences. */
import type { JsonObject } from "../jsonValues.ts";
import type { VaultRight } from "./vaultAccess.ts";
import type { Collection, ObjectVersion } from "./vaultObjects.ts";

/** The parts of a request's path. */
interface Addressed {
  name: string;
  version: string | undefined;
  body: JsonObject;
}

/** An operation that only keys or only secrets have. */
export interface VerbOf {
  right: VaultRight;
  answer: (collection: Collection, addressed: Addressed) => JsonObject | Promise<JsonObject>;
}

/** The differences between keys and secrets. */
export interface ObjectRequests<T extends ObjectVersion> {
  rights: Record<"get" | "list" | "update" | "delete" | "recover" | "purge", VaultRight>;
  /** A version as answers show it: `get` with the secret's value, the others without. */
  show: (collection: Collection, name: string, version: T, withValue: boolean) => JsonObject | Promise<JsonObject>;
  /** A version as lists show it. */
  item: (collection: Collection, name: string, version: T, versioned: boolean) => JsonObject;
  /** Additional changes of a PATCH. */
  changed: (body: JsonObject) => object;
  /** By method and last part of the path. */
  verbs: Record<string, VerbOf>;
}
