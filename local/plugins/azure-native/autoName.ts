/** Names for resources that the program does not name, by the official plugin's rules. */
import { createHash, randomBytes } from "node:crypto";

import type { CheckRequest } from "../rpc/engineRequests.ts";
import type { Value } from "../rpc/wireValues.ts";
import type { ResourceType } from "./types/describeType.ts";

/**
 * Marks inputs with a random part in the name, like the official plugin does in the state: the replacement of such a resource can be
 * created before the old one is deleted.
 */
export const createBeforeDeleteFlag = "__createBeforeDelete";

/** Hexadecimal digits (at most 64) derived from the seed, or random ones if the engine sent no seed. */
function hexDigits(seed: Uint8Array, length: number): string {
  const bytes = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(32);
  return bytes.toString("hex").slice(0, length);
}

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The name to use, and whether a part of it is random; `undefined` if the stack disables autonaming. */
export function autoName(
  type: ResourceType,
  request: CheckRequest,
  oldName: Value | undefined,
): { name: Value; random: boolean } | undefined {
  if (oldName !== undefined) {
    return { name: oldName, random: request.olds[createBeforeDeleteFlag] === true };
  }
  const { autonaming } = request;
  if (autonaming?.mode === "disable") {
    return undefined;
  }
  if (autonaming !== undefined && (autonaming.mode === "enforce" || type.autoName !== "uuid")) {
    return { name: autonaming.proposedName, random: true };
  }
  switch (type.autoName) {
    case "random":
      return { name: request.name + hexDigits(request.randomSeed, 8), random: true };
    case "uuid":
      return { name: asUuid(hexDigits(request.randomSeed, 32)), random: true };
    case "copy":
      return { name: request.name, random: false };
  }
}
