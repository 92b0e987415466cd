/**
 * What is recorded in Pulumi's state for an object: the live object, and beside it the inputs it was made from, the API
 * version it was created with and the field manager. The names are the official plugin's, which can go on from here.
 */
import { isProperties, reveal, Secret, without, withSecretsOf } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";
import { toKubeObject, toProperties, withProgramKeys } from "./kubeObject.ts";
import type { KubeObject } from "./kubeObject.ts";

const inputsKey = "__inputs";
const fieldManagerKey = "__fieldManager";
const initialApiVersionKey = "__initialApiVersion";
const ownKeys = [inputsKey, fieldManagerKey, initialApiVersionKey];

function secret(value: Value): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

/** Puts back the secretness the API has no notion of; what a Secret holds is always secret. */
export function markSecrets(properties: Properties, inputs: Properties): Properties {
  const marked = withSecretsOf(properties, inputs) as Properties;
  if (reveal(marked.kind ?? null) !== "Secret") {
    return marked;
  }
  return Object.fromEntries(
    Object.entries(marked).map(([key, value]) => [key, key === "data" || key === "stringData" ? secret(value) : value]),
  );
}

export interface Checkpoint {
  live: KubeObject;
  /** As checked, with their secrets. */
  inputs: Properties;
  initialApiVersion: string;
  fieldManager: string;
}

/** The outputs to record. */
export function toOutputs({ live, inputs, initialApiVersion, fieldManager }: Checkpoint): Properties {
  return {
    ...markSecrets(toProperties(live), inputs),
    [inputsKey]: markSecrets(withProgramKeys(inputs), inputs),
    [initialApiVersionKey]: initialApiVersion,
    [fieldManagerKey]: fieldManager,
  };
}

export interface Recorded {
  /** Undefined in a state that has none: of a read or an import. */
  live: KubeObject | undefined;
  /** Without secrets' wrappers. */
  inputs: Properties;
  initialApiVersion: string | undefined;
  fieldManager: string | undefined;
}

/** What was recorded. `oldInputs` are the engine's, used where the outputs do not hold the inputs. */
export function fromOutputs(outputs: Properties, oldInputs: Properties): Recorded {
  const plain = reveal(outputs) as Properties;
  const recorded = plain[inputsKey];
  const inputs = isProperties(recorded) ? recorded : (reveal(oldInputs) as Properties);
  const text = (key: string) => (typeof plain[key] === "string" ? plain[key] : undefined);
  const live = without(plain, ...ownKeys);
  return {
    live: isProperties(live.metadata) ? toKubeObject(live) : undefined,
    inputs,
    initialApiVersion: text(initialApiVersionKey),
    fieldManager: text(fieldManagerKey),
  };
}
