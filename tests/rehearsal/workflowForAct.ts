/**
 * Converts a workflow file for act, which does not support permissions, environments and concurrency groups. Variables, a
 * separate token for each job, and a first step that asks GitHub whether the job may start take their place.
 */
import { isMap, isScalar, parseDocument, visit, type YAMLMap } from "yaml";

export interface GitHubSide {
  /** A token with a job's permissions. */
  tokenFor: (permissions: Record<string, string>) => string;
  /** Address of the tokens with which a run signs in to other services. Absent for a fork, whose runs get none. */
  idTokens?: string;
  /** "OWNER/NAME". */
  repository: string;
  /** Event that started the run. */
  event: string;
}

/** The repository variable through which act gets the variables of the environments, as JSON by name. */
export const environmentVariables = "REHEARSAL_OF_ENVIRONMENTS";
export const admissionAction = "rehearsal/admission@this-checkout";

/** @throws Error for an unsupported form of the file */
export function workflowForAct(text: string, side: GitHubSide): string {
  const workflow = parseDocument(text);
  const jobs = workflow.get("jobs");
  // The group of the whole workflow is not needed, because no run of the rehearsal replaces another one.
  workflow.delete("concurrency");
  if (!isMap<{ value: string }, YAMLMap>(jobs)) throw new Error("the workflow has no jobs");
  visit(jobs, {
    Scalar: (key, scalar) => void (key === "key" || (scalar.value = withoutSkippedOutputs(scalar.value))),
  });
  for (const { value: job } of jobs.items) if (job?.has("steps") === true) adapt(job, side);
  return workflow.toString({ lineWidth: 0 });
}

/** The outputs of a skipped job are empty. In act they are the text of their expressions, which it has not evaluated. */
const withoutSkippedOutputs = (value: unknown): unknown =>
  typeof value === "string"
    ? value.replaceAll(/\bneeds\.([\w-]+)\.outputs\.[\w-]+/g, "(needs.$1.result != 'skipped' && $& || '')")
    : value;

function adapt(job: YAMLMap, { tokenFor, idTokens, repository, event }: GitHubSide): void {
  const {
    environment,
    concurrency = {},
    permissions = {},
  } = job.toJSON() as {
    environment?: string;
    concurrency?: { group?: string; queue?: string };
    permissions?: Record<string, string>;
  };
  const token = tokenFor(permissions);
  const name = environment === undefined ? undefined : expressionOf(environment);
  for (const part of ["env", "steps", "outputs"]) {
    const node = job.get(part, true);
    if (node === undefined) continue;
    visit(node, {
      Scalar: (key, scalar) => {
        if (key === "key" || typeof scalar.value !== "string") return;
        const given = scalar.value.replaceAll(/\bgithub\.token\b/g, `'${token}'`);
        // An environment's variable overrides the repository's.
        scalar.value =
          name === undefined
            ? given
            : given.replaceAll(
                /\bvars\.(\w+)/g,
                (whole, variable: string) =>
                  `(fromJSON(vars.${environmentVariables})[${name}].${variable} || ${whole})`,
              );
      },
    });
  }
  job.delete("concurrency");
  job.delete("environment");
  if (idTokens !== undefined && permissions["id-token"] === "write") {
    const subject = environment !== undefined ? `environment:${environment}` : subjectOf(event);
    job.setIn(["env", "ACTIONS_ID_TOKEN_REQUEST_URL"], `${idTokens}?subject=repo:${repository}:${subject}`);
  }
  const { group, queue } = concurrency;
  const admission = Object.entries({ environment, group, queue }).filter(([, value]) => value !== undefined);
  const steps = job.toJSON() as { steps: unknown[] };
  job.set("steps", [{ uses: admissionAction, with: Object.fromEntries(admission) }, ...steps.steps]);
}

/** https://docs.github.com/actions/reference/security/oidc#example-subject-claims */
const subjectOf = (event: string) => (event === "pull_request" ? "pull_request" : "ref:${{ github.ref }}");

/** The expression inside `${{ }}`, or the text as an expression. */
function expressionOf(text: string): string {
  const whole = /^\$\{\{\s*(.+?)\s*\}\}$/.exec(text)?.[1];
  if (whole === undefined && text.includes("${{")) throw new Error(`"${text}" is not one expression`);
  return whole ?? `'${text}'`;
}

/** The third-party actions that a file uses, e.g. "actions/checkout@SHA". */
export function actionsOf(text: string): string[] {
  const found = new Set<string>();
  visit(parseDocument(text), {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && key.value === "uses" && isScalar(value) && typeof value.value === "string")
        if (/^[\w.-]+\/[\w./-]+@\S+$/.test(value.value)) found.add(value.value);
    },
  });
  return [...found];
}
