import { lastWords } from "../facts/lastWords.ts";
import { changedBy, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** `PORT: "http" is not ...`, `PORT is "http": ...`, `PORT="http" ...`. In a JSON log the quotes are escaped. */
const invalid = /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?: is|:|=)\s*\\?"([^"\\]*)\\?":?\s+(.*)/;

export const environmentVariableInvalid = podCause({
  code: "environment-variable-invalid",
  stage: "run",
  recovery: 3,
  over: ["application-error", "environment-variable-missing"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const [, variable = "", value = "", rule = ""] = invalid.exec(error.text) ?? invalid.exec(error.raw) ?? [];
      const given = container.spec.env?.find(({ name }) => name === variable);
      // The quoted value must match the variable's value in the pod.
      if (given !== undefined && (given.value === undefined || given.value === value))
        return { container, variable, value, rule, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, variable, value, rule, evidence }) => ({
    title: `The process rejects the value "${value}" of the environment variable ${variable}`,
    container: container.name,
    evidence,
    mend: setVariable(
      changedBy(pod),
      container.name,
      rule === ""
        ? "Set it to an allowed value:"
        : `Set it to an allowed value ("${rule.slice(0, 120).replace(/[\s."}\]\\]+$/, "")}"):`,
      variable,
      "VALUE",
    ),
  }),
});
