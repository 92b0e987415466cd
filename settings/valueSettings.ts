/** Settings of what the process is told: variables and files, plain or secret. */
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import {
  mountsBesideFindings,
  mountSources,
  reservedVariableProblem,
  twiceFindings,
  variableSources,
} from "@tarmac/components/workload/workloadValidation";
import { tooLargeFindings } from "@tarmac/components/workload/configAndSecret";
import { allowing, eachProblem, listOf, textValueProblem } from "@tarmac/validate/valueCheck";
import { variableNameForm } from "@tarmac/validate/kubernetesNames";
import { containerPathForm, filePathProblem } from "@tarmac/validate/containerPath";
import { map, secretMap } from "@tarmac/validate/settingDeclaration";
import { textsEach, type FindingOf } from "./allowedValues.ts";
import { contentOf, contentsOf, type FileContent, fileContentProblem } from "./fileContent.ts";
import { fileSecretProblem, variableSecretProblem } from "./plainSecrets.ts";
import type { ValuesOf } from "./readDeclared.ts";

const variables = textsEach("strings by variable", reservedVariableProblem);
/** The same of what anybody can read. */
const readableVariables = textsEach(
  "strings by variable",
  (name, value) => reservedVariableProblem(name) ?? variableSecretProblem(name, value),
);
const readableFiles = allowing(
  "contents by path, e.g. `/etc/hello/app.json`; `{file: PATH}` for a file of the repository",
  (contents: Record<string, unknown>) =>
    eachProblem(Object.entries(contents), ([path, content]) => {
      const problem = filePathProblem(path) ?? fileContentProblem(path, content);
      return problem ?? fileSecretProblem(path, contentOf(content as FileContent));
    }),
);
const files = textsEach("contents by path, e.g. `/etc/hello/app.json`", filePathProblem);

/** The same of secrets, whose names may hold a value that slipped into the wrong place: none is shown. */
const secretly = (what: string, check: typeof variables) =>
  allowing(check.allowed ?? "", (values: Record<string, unknown>) => {
    const all = Object.entries(values);
    return all.flatMap(([key, value], index) => {
      if (listOf(check({ [key]: value })).length === 0) return [];
      const place = `entry ${index + 1} of ${all.length}`;
      return typeof value === "string"
        ? [`the name of ${place} is invalid: ${what}`]
        : listOf(textValueProblem(place, value));
    });
  });

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
    problem: secretly(`use ${variableNameForm}, and none of the variables that tarmac sets, such as PORT`, variables),
  }),
  configFiles: map<FileContent>({
    default: {},
    description: "Read-only files from a ConfigMap. Not for secrets.",
    problem: readableFiles,
  }),
  secretFiles: secretMap({
    default: {},
    description: "Read-only files from a Secret, encrypted in the state and only in memory on the node.",
    problem: secretly(`${containerPathForm}, e.g. "/etc/hello/key.pem"`, files),
  }),
};

/** The values of these settings and of those that they are checked against. */
type Settings = ValuesOf<typeof valueSettings> & { writablePaths: Record<string, unknown> };
type Finding = FindingOf<Settings>;

/** Secret from here on, whatever becomes of them. */
const secrets = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, pulumi.secret(value)]));

export const valueArgs = (s: Settings): Pick<WorkloadArgs, keyof typeof valueSettings> => ({
  environment: s.environment,
  configValues: s.configValues,
  secretValues: secrets(s.secretValues),
  configFiles: contentsOf(s.configFiles),
  secretFiles: secrets(s.secretFiles),
});

export const valueProblems = (s: Settings): Finding[] => [
  ...twiceFindings(s, variableSources),
  ...twiceFindings(s, mountSources),
  ...mountsBesideFindings(s),
  ...tooLargeFindings({ ...s, configFiles: contentsOf(s.configFiles) }, "configValues", "configFiles"),
  ...tooLargeFindings(s, "secretValues", "secretFiles"),
];
