/** One run of the command: the stack, the checkout, the workflow, and its output. */
import { GitHubClient } from "../github/gitHubClient.ts";
import { addSummary, workflowRun, type WorkflowRun } from "../github/workflow.ts";
import { project } from "../project.ts";
import { cliOf, type WorkingCli } from "../pulumi/pulumiCli.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { masker } from "../report/mask.ts";
import { namedStackFile } from "../stackFiles/namedStackFile.ts";
import { checkedOutCommit } from "./checkedOutCommit.ts";
import { type DeployedService, deployedServices } from "./deployedServices.ts";
import type { DeployOptions } from "./deployOptions.ts";
import { goodImages } from "./goodImages.ts";
import { wantedImages } from "./imageOnCluster.ts";
import type { Facts } from "./rollbackPlan.ts";

export interface DeploySession {
  options: DeployOptions;
  stack: string;
  /** Stack file. */
  file: string;
  cli: WorkingCli;
  workflow: WorkflowRun;
  gitHub?: { client: GitHubClient; repository: string };
  /** Commit of the program. Absent: not a clone. */
  commit?: string;
  /** The same commit if the checkout has no other changes: a deployment can then be identified by it. */
  exactCommit?: string;
  /** Masks secrets from the environment. */
  hide: (text: string) => string;
  say: (line: string) => void;
  /** Writes to the summary of the workflow run. */
  summarise: (markdown: string) => void;
  /** For `--json`. */
  result: (state: string, more: object) => void;
}

/** @throws CouldNotRun if there is no stack file */
export async function openSession(options: DeployOptions): Promise<DeploySession> {
  const { stack } = options;
  const workflow = workflowRun(process.env);
  const hide = masker(process.env);
  const say = (line: string) => void process[options.json === true ? "stderr" : "stdout"].write(`${hide(line)}\n`);
  const { token, repository, apiUrl, summaryFile } = workflow;
  const checkedOut = await checkedOutCommit(project);
  const commit = checkedOut?.commit ?? workflow.commit;
  // Nobody edits a workflow's checkout; files written by commands there do not count.
  const isExact = checkedOut === undefined || checkedOut.clean || workflow.commit !== undefined;
  return {
    ...{
      options,
      stack,
      file: namedStackFile(stack, options.configFile),
      cli: cliOf({ cwd: project }, say),
      workflow,
      hide,
      say,
    },
    ...(token === undefined || repository === undefined
      ? {}
      : { gitHub: { client: new GitHubClient({ token, say, apiUrl }), repository } }),
    ...(commit === undefined ? {} : { commit, ...(isExact ? { exactCommit: commit } : {}) }),
    summarise: (text) => {
      if (summaryFile !== undefined) addSummary(summaryFile, hide(text));
    },
    result: (state, more) => {
      if (options.json === true) process.stdout.write(`${JSON.stringify({ stack, state, ...more }, undefined, 2)}\n`);
    },
  };
}

export const servicesNow = async ({ cli, stack }: DeploySession): Promise<DeployedService[]> =>
  deployedServices(await stateOf(cli, stack));

/** Good images and desired images: from the cluster, or else from the state. */
export async function factsNow(session: DeploySession): Promise<Facts> {
  const { cli, stack } = session;
  const services = await servicesNow(session);
  const [good, running] = await Promise.all([goodImages(cli, stack, services), wantedImages(stack, services)]);
  return { services, good, running };
}
