/** The process reports that an environment variable is missing or invalid. */
import type { Diagnosis } from "../finding.ts";
import { edit, inNamespace, stackOf } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, type PodView } from "../podView.ts";

const name = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*";

const missingPatterns = [
  new RegExp(
    `(?:environment variable|env(?:ironment)? var(?:iable)?|variable|setting)s?:?\\s+["'\`]?(${name})["'\`]?[^\\n]{0,30}?(?:is |was |must be |are )?(?:missing|required|not set|not defined|undefined|unset|set)`,
    "i",
  ),
  new RegExp(
    `["'\`]?\\b(${name})\\b["'\`]?\\s+(?:environment variable\\s+)?(?:is|was)\\s+(?:missing|required|not set|not defined|undefined|unset|empty)`,
  ),
  new RegExp(`["'\`]?\\b(${name})\\b["'\`]?\\s+must be (?:set|defined|provided)`),
  new RegExp(
    `(?:missing|required|undefined|unset)(?: required)?(?: environment| env)?(?: variable| var)?s?\\s*[:=]?\\s+["'\`]?(${name})\\b`,
    "i",
  ),
  new RegExp(`KeyError: ['"](${name})['"]`),
];
/** `PORT: "http" is not ...`, `PORT is "http": ...`, `PORT="http" ...`. The quotes are escaped if the log is JSON. */
const invalidPattern = new RegExp(`\\b(${name})(?: is|:|=)\\s*\\\\?"([^"\\\\]*)\\\\?":?\\s+(.*)`);

export function environmentVariable(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const end = lastEnd(container);
    if (end === undefined || end.exitCode === 0) continue;
    const found = invalid(view, container) ?? missing(view, container);
    if (found !== undefined) return found;
  }
  return undefined;
}

function missing(view: PodView, container: ContainerView): Diagnosis | undefined {
  for (const line of container.log.split("\n")) {
    for (const pattern of missingPatterns) {
      const variable = pattern.exec(line)?.[1];
      // Some patterns ignore case for their words, but the variable's name must be upper case.
      if (variable === undefined || !new RegExp(`^${name}$`).test(variable) || variable.length < 3) continue;
      const given = container.spec.env?.find((entry) => entry.name === variable);
      if (given?.value !== undefined && given.value !== "") continue;
      return {
        code: "environment-variable-missing",
        title: `The process requires the environment variable ${variable}, which is ${given === undefined ? "not set" : "empty"}`,
        container: container.name,
        evidence: [
          `${nameOf(view, container)} ended with exit code ${lastEnd(container)?.exitCode} and logged: ${line.trim().slice(0, 300)}`,
          `the pod sets: ${(container.spec.env ?? []).map((entry) => entry.name).join(", ") || "no variables"}`,
        ],
        mend: [setVariable(view, container.name, variable)],
      };
    }
  }
  return undefined;
}

function invalid(view: PodView, container: ContainerView): Diagnosis | undefined {
  const match = invalidPattern.exec(container.log);
  if (match === null) return undefined;
  const [line, variable = "", value = "", rule = ""] = match;
  if (!(container.spec.env ?? []).some((entry) => entry.name === variable)) return undefined;
  return {
    code: "environment-variable-invalid",
    title: `The process rejects the value "${value}" of the environment variable ${variable}`,
    container: container.name,
    evidence: [
      `${nameOf(view, container)} ended with exit code ${lastEnd(container)?.exitCode} and logged: ${line.trim().slice(0, 300)}`,
    ],
    mend: [setVariable(view, container.name, variable, rule)],
  };
}

function setVariable(view: PodView, container: string, variable: string, rule = "") {
  const stack = stackOf(view);
  const say =
    rule === "" ? "Set it:" : `Set it to an allowed value ("${rule.slice(0, 120).replace(/[\s."}\]]+$/, "")}"):`;
  if (stack !== undefined) {
    return {
      say,
      command: `pulumi config set --path tarmac:environment.${variable} VALUE --stack ${stack} && pulumi up --stack ${stack}`,
    };
  }
  return view.owner.startsWith("pod/")
    ? edit(view, `Set ${variable}.`)
    : {
        say,
        command: `kubectl set env ${view.owner} ${inNamespace(view)} --containers ${container} ${variable}=VALUE`,
      };
}
