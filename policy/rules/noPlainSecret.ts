import { eachContainer, makesPods, podOf } from "../kubernetes/podSpecs.ts";
import type { Outcome } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { entries, items, notKnown, step, type Spot } from "../propertyValues.ts";

export const noPlainSecret: ResourceRule = {
  on: "resources",
  id: "no-plain-secret",
  title: "No plain environment value, argument, or ConfigMap contains a secret",
  reason:
    "anyone who may read the Deployment or the ConfigMap can read the secret, and it appears in every copy of the manifest and in every log that prints one",
  fix: "move it to a Secret (env[].valueFrom.secretKeyRef) or a key vault, and rotate it, because it was exposed",
  reference: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
  severity: "critical",
  level: "mandatory",
  types: (type) => makesPods(type) || isConfigMap(type),
  check: (resource, _settings, type) => {
    const pod = podOf(type, resource);
    if (pod === undefined)
      return entries(step(resource, "data")).flatMap(({ key, spot }) =>
        inVariable(spot, key, `the ConfigMap's "${key}"`),
      );
    return eachContainer(pod, ({ spot, called }) => [
      ...items(step(spot, "env")).flatMap((variable) => {
        const name = step(variable, "name").value;
        if (name === notKnown) return [{ path: variable.path, undecided: true as const }];
        return typeof name === "string"
          ? inVariable(step(variable, "value"), name, `${called}: the variable ${name}`)
          : [];
      }),
      ...["command", "args"].flatMap((list) =>
        items(step(spot, list)).flatMap((argument) =>
          inVariable(argument, "", `${called}: an argument of its ${list}`),
        ),
      ),
    ]);
  },
};

const isConfigMap = (type: string) => /^kubernetes:core\/\w+:ConfigMap$/.test(type);

/** The message shows no part of the value, however short. */
function inVariable({ path, value }: Spot, name: string, what: string): Outcome[] {
  if (value === notKnown) return [{ path, undecided: true }];
  if (typeof value !== "string") return [];
  const found = secretInVariable(name, value);
  return found === undefined ? [] : [{ path, problem: `${what} holds a secret (${found.kind})` }];
}
