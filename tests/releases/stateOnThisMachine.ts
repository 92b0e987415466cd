/**
 * Puts the recorded state of another machine's stack in the place of this machine's: the names, ids, addresses and digests
 * that Azure, Kubernetes and the registry have given, and the secrets, become those of the running stack. Everything that the
 * program decides stays as it was recorded.
 */
import { isSecretValue } from "../../ops/pulumi/secretValue.ts";
import type { Json, StateResource } from "./portableState.ts";

/** What differs between two machines that run the same program: GUIDs, ids, random suffixes, digests, ports and addresses. */
const machineSpecific =
  /[0-9a-f]{8}-[0-9a-f]{4}-|^\/subscriptions\/|sha256:|[0-9a-f]{8}$|:[0-9a-f]{12}$|localhost:\d+|(?:\d+\.){3}\d+/i;

/**
 * @param recorded resources of the recorded state
 * @param live resources of the running stack with the same name, with secrets in plain text
 */
export function onThisMachine(recorded: readonly StateResource[], live: readonly StateResource[]): StateResource[] {
  const counterparts = new Map(live.map((resource) => [nameOf(resource), resource]));
  const replacements = new Map<string, string>();
  for (const resource of recorded) {
    const counterpart = counterparts.get(nameOf(resource));
    if (counterpart !== undefined) collect(resource as Json, counterpart as Json, replacements);
  }
  const longestFirst = [...replacements].toSorted(([left], [right]) => right.length - left.length);
  return recorded.map((resource) => {
    const filled = withSecretsOf(resource as Json, counterparts.get(nameOf(resource)) as Json | undefined);
    return replaced(filled, longestFirst) as StateResource;
  });
}

/** Azure's types carry the API version when it is not the default: a resource keeps its name when that changes. */
const nameOf = ({ urn }: StateResource): string => {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.replaceAll(/\/v\d{8}(?:preview)?/g, "")}::${name}`;
};

const childrenOf = (value: Json | undefined): [string, Json][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

const childOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === "object" && value !== null ? (value as Record<string, Json>)[key] : undefined;

function collect(recorded: Json, live: Json | undefined, replacements: Map<string, string>): void {
  if (isSecretValue(recorded)) return;
  if (typeof recorded === "string") {
    if (typeof live === "string" && recorded !== live && machineSpecific.test(recorded))
      replacements.set(recorded, live);
    return;
  }
  for (const [key, item] of childrenOf(recorded)) collect(item, childOf(live, key), replacements);
}

function withSecretsOf(recorded: Json, live: Json | undefined): Json {
  if (isSecretValue(recorded)) return isSecretValue(live) ? (live ?? recorded) : recorded;
  if (typeof recorded !== "object" || recorded === null) return recorded;
  if (Array.isArray(recorded)) return recorded.map((item, index) => withSecretsOf(item, childOf(live, String(index))));
  return Object.fromEntries(childrenOf(recorded).map(([key, item]) => [key, withSecretsOf(item, childOf(live, key))]));
}

function replaced(value: Json, replacements: readonly (readonly [string, string])[]): Json {
  if (typeof value === "string") return replacedText(value, replacements);
  if (isSecretValue(value) || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, replacements));
  return Object.fromEntries(
    childrenOf(value).map(([key, item]) => [replacedText(key, replacements), replaced(item, replacements)]),
  );
}

/** Replaces each part of the text once. Inserted text is not searched again. */
function replacedText(text: string, replacements: readonly (readonly [string, string])[]): string {
  for (const [from, to] of replacements) {
    const at = text.indexOf(from);
    if (at < 0) continue;
    return (
      replacedText(text.slice(0, at), replacements) + to + replacedText(text.slice(at + from.length), replacements)
    );
  }
  return text;
}
