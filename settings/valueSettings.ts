/** Settings of values for the process: variables and files, plain or secret. */
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import {
  heapFindings,
  mountsBesideFindings,
  mountSources,
  twiceFindings,
  variableSources,
} from "@tarmac/components/workload/workloadValidation";
import { processVariableProblem } from "@tarmac/components/workload/processVariables";
import { tooLargeFindings } from "@tarmac/components/workload/configAndSecret";
import { allowing, eachProblem, listOf, textValueProblem } from "@tarmac/validate/valueCheck";
import { variableNameForm } from "@tarmac/validate/kubernetesNames";
import { containerPathForm, filePathProblem } from "@tarmac/validate/containerPath";
import { map, secretMap } from "@tarmac/validate/settingDeclaration";
import { textsEach, type FindingOf } from "./allowedValues.ts";
import { contentOf, contentsOf, type FileContent, fileContentProblem } from "./fileContent.ts";
import { fileSecretProblem, variableSecretProblem } from "./plainSecrets.ts";
import type { ValuesOf } from "./readDeclared.ts";

const readableVariables = textsEach(
  "strings by variable",
  (name, value) => processVariableProblem(name, value) ?? variableSecretProblem(name, value),
);
const readableFiles = allowing(
  "contents by path, e.g. `/etc/hello/app.json`; `{file: PATH}` for a file of the repository",
  (contents: Record<string, unknown>) =>
    eachProblem(Object.entries(contents), ([path, content]) => {
      const problem = filePathProblem(path) ?? fileContentProblem(path, content);
      return problem ?? fileSecretProblem(path, contentOf(content as FileContent));
    }),
);

/**
 * The same check for secrets. A name may be a misplaced secret value, so messages show neither name nor value.
 * @param what the allowed names, for the message
 * @param name checks a name alone
 * @param known returns the problem with the value of a name that the check knows
 */
const secretly = (
  allowed: string,
  what: string,
  name: (key: string) => string | undefined,
  known: (key: string, value: string) => string | undefined = () => undefined,
) =>
  allowing(allowed, (values: Record<string, unknown>) => {
    const all = Object.entries(values);
    return all.flatMap(([key, value], index) => {
      const place = `entry ${index + 1} of ${all.length}`;
      if (typeof value !== "string") return listOf(textValueProblem(place, value));
      return listOf(name(key) === undefined ? known(key, value) : `the name of ${place} is invalid: ${what}`);
    });
  });

/** Returns the problem with a variable that is refused by its name, and so is not secret. */
const knownVariableProblem = (name: string, value: string) =>
  processVariableProblem(name, value) === undefined
    ? undefined
    : `this value of ${name} would keep the process from serving, or open it to others: remove it here, and set ${name} in environment, whose message says what is wrong`;

export const valueSettings = {
  environment: map<string>({
    default: {},
    description: "Environment variables of the process. Not for secrets.",
    problem: readableVariables,
  }),
  configValues: map<string>({
    default: {},
    description: "Environment variables from a ConfigMap. Not for secrets.",
    problem: readableVariables,
  }),
  secretValues: secretMap({
    default: {},
    description: "Environment variables from a Secret, encrypted in the state and not visible in the Deployment.",
    problem: secretly(
      "strings by variable",
      `use ${variableNameForm}, and none of the variables that tarmac or Kubernetes sets, such as PORT`,
      (name) => processVariableProblem(name, undefined),
      knownVariableProblem,
    ),
  }),
  configFiles: map<FileContent>({
    default: {},
    description: "Read-only files from a ConfigMap. Not for secrets.",
    problem: readableFiles,
  }),
  secretFiles: secretMap({
    default: {},
    description: "Read-only files from a Secret, encrypted in the state and only in memory on the node.",
    problem: secretly(
      "contents by path, e.g. `/etc/hello/key.pem`",
      `${containerPathForm}, e.g. "/etc/hello/key.pem"`,
      filePathProblem,
    ),
  }),
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<typeof valueSettings> & { writablePaths: Record<string, unknown>; memoryLimit: string };
type Finding = FindingOf<Settings>;

/** The values of these settings in a program, which may know some of them only during an update. */
export interface ValueInputs {
  environment: Record<string, pulumi.Input<string>>;
  configValues: Record<string, pulumi.Input<string>>;
  secretValues: Record<string, pulumi.Input<string>>;
  configFiles: Record<string, pulumi.Input<FileContent>>;
  secretFiles: Record<string, pulumi.Input<string>>;
}

/** Marks the values as secret, so that everything derived from them is secret too. */
const secrets = (values: Record<string, pulumi.Input<string>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, pulumi.secret(value)]));

export const valueArgs = (s: ValueInputs): Pick<WorkloadArgs, keyof typeof valueSettings> => ({
  environment: s.environment,
  configValues: s.configValues,
  secretValues: secrets(s.secretValues),
  configFiles: contentsOf(s.configFiles),
  secretFiles: secrets(s.secretFiles),
});

export const valueProblems = (s: Settings): Finding[] => [
  ...heapFindings(s, s.memoryLimit),
  ...twiceFindings(s, variableSources),
  ...twiceFindings(s, mountSources),
  ...mountsBesideFindings(s),
  ...tooLargeFindings({ ...s, configFiles: contentsOf(s.configFiles) }, "configValues", "configFiles"),
  ...tooLargeFindings(s, "secretValues", "secretFiles"),
];
