import { lastWords } from "../facts/lastWords.ts";
import { changedBy, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** A name in capitals with an underscore is almost certainly a variable. */
const long = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+";
const any = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*";
const absent =
  "(?:is |was |are |must be )?(?:missing|required|not set|not defined|undefined|unset|empty|set|provided|not provided|not found)";

/** Complete sentences as programs print them. Any other text is quoted without interpretation. */
const sentences: readonly RegExp[] = [
  // If the text says "variable", any name is accepted.
  new RegExp(
    `(?:environment variable|env(?:ironment)? var(?:iable)?)s?:? +["'\`]?(${any})["'\`]?(?=[^\\w]).{0,30}?${absent}`,
    "i",
  ),
  new RegExp(
    `(?:missing|required|undefined|unset)(?: required)? (?:environment|env) (?:variable|var)s?(?: is)? ?:? *["'\`]?(${any})\\b`,
    "i",
  ),
  new RegExp(`["'\`]?(${any})["'\`]? (?:environment variable|env var(?:iable)?) ${absent}`, "i"),
  // A line that contains only the name and this phrase.
  new RegExp(
    `^(?:\\w*Error: |Config(?:uration)? error: |fatal: |invalid (?:config|configuration|environment): )?["'\`]?(${long})["'\`]? ${absent}(?: (?:in|by) (?:the )?(?:environment|env))?[.!]?$`,
    "i",
  ),
  new RegExp(
    `^(?:\\w*Error: )?(?:missing|required)(?: required)?(?: (?:config|configuration|setting|secret|variable|option|parameter))?s?:? +["'\`]?(${long})["'\`]?[.!]?$`,
    "i",
  ),
  new RegExp(`(?:environment|env) variable not found: ["'\`]?(${any})["'\`]?[.!]?$`, "i"),
  new RegExp(`^(?:\\w+: )?required key (${any}) missing value$`),
  // A validation schema of the environment (Zod, pydantic), read as "NAME: Required".
  new RegExp(`: (${long}): (?:Required|Field required|Invalid input: expected \\w+, received undefined)\\b`),
  new RegExp(`^(${long}): (?:unbound variable|parameter (?:null or )?not set)$`),
  new RegExp(`: (${long}): (?:unbound variable|parameter (?:null or )?not set)$`),
];

export const environmentVariableMissing = podCause({
  code: "environment-variable-missing",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      // A Python KeyError is about a variable only if os.environ raised it.
      const key = /^KeyError: ['"](\w+)['"]$/.exec(error.text)?.[1];
      const fromEnviron =
        key !== undefined && container.log.lines.some(({ raw }) => /os\.environ\[|environ\[|in __getitem__/.test(raw));
      const found = fromEnviron
        ? key
        : sentences
            .map((sentence) => sentence.exec(error.text)?.[1])
            .find((name) => name !== undefined && new RegExp(`^${any}$`).test(name) && name.length >= 3);
      if (found !== undefined) return { container, variable: found, evidence };
    }
    return undefined;
  },
  contradiction: (_, { container, variable }) => {
    const given = container.spec.env?.find(({ name }) => name === variable);
    return (given?.value !== undefined && given.value !== "") || given?.valueFrom !== undefined
      ? "the pod sets it"
      : undefined;
  },
  claim: (pod, { container, variable, evidence }) => {
    const given = container.spec.env?.find(({ name }) => name === variable);
    return {
      title: `The process requires the environment variable ${variable}, which is ${given === undefined ? "not set" : "empty"}`,
      container: container.name,
      evidence: [
        ...evidence,
        `the pod sets: ${(container.spec.env ?? []).map(({ name }) => name).join(", ") || "no variables"}`,
      ],
      mend: setVariable(changedBy(pod), container.name, "Set it:", variable, "VALUE"),
    };
  },
});
