/** Names for objects whose program gives them none: the resource's name and a random suffix. */
import { createHash, randomBytes } from "node:crypto";

import type { CheckRequest } from "../rpc/engineRequests.ts";
import { isProperties, Unknown } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";

/** Marks a name as made by Pulumi: a replacement then gets another one and can stand beside the old object. */
export const autonamedAnnotation = "pulumi.com/autonamed";

const suffixDigits = 8;

/** A name of the prefix and 8 hexadecimal digits; the same seed makes the same name. */
export function uniqueName(prefix: string, seed: Uint8Array | undefined): string {
  const digest = seed === undefined || seed.length === 0 ? randomBytes(32) : createHash("sha256").update(seed).digest();
  return prefix + digest.toString("hex").slice(0, suffixDigits);
}

/** A member of a property tree; undefined as soon as the way to it ends. */
export function at(value: Value | undefined, ...path: string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (part, key) => (isProperties(part) && Object.hasOwn(part, key) ? part[key] : undefined),
    value,
  );
}

function isNamed(inputs: Properties): boolean {
  const name = at(inputs, "metadata", "name");
  return name instanceof Unknown || (typeof name === "string" && name !== "");
}

export function isAutonamed(inputs: Properties): boolean {
  return at(inputs, "metadata", "annotations", autonamedAnnotation) === "true";
}

function named(inputs: Properties, name: string): Properties {
  const metadata = inputs.metadata ?? {};
  if (!isProperties(metadata)) {
    return inputs;
  }
  const annotations = metadata.annotations ?? {};
  const marked = isProperties(annotations) ? { ...annotations, [autonamedAnnotation]: "true" } : annotations;
  return { ...inputs, metadata: { ...metadata, name, annotations: marked } };
}

/**
 * The inputs with a name. One that was made up before is kept, otherwise it would change with every deployment.
 *
 * @throws Error when the project's configuration forbids made-up names.
 */
export function withName(
  inputs: Properties,
  oldInputs: Properties,
  request: Pick<CheckRequest, "name" | "randomSeed" | "autonaming">,
): Properties {
  if (isNamed(inputs) || inputs.metadata instanceof Unknown) {
    return inputs;
  }
  const oldName = at(oldInputs, "metadata", "name");
  if (isAutonamed(oldInputs) && typeof oldName === "string") {
    return named(inputs, oldName);
  }
  const { autonaming } = request;
  if (autonaming === undefined) {
    return named(inputs, uniqueName(`${request.name}-`, request.randomSeed));
  }
  if (autonaming.mode === "disable") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  return named(inputs, autonaming.proposedName);
}
