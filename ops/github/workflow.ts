/** Reads a GitHub workflow's context, and writes outputs and summaries back to it. */
import { appendFileSync, readFileSync } from "node:fs";
import type { PullRequest } from "./pullRequest.ts";

/** Longest time limit of the jobs in `.github/workflows` that change an environment. */
export const jobTimeLimitMinutes = 60;

/**
 * Whether a job may continue after GitHub has given it up. A GitHub-hosted machine ends with its job; a self-hosted one
 * that loses contact does not, and GitHub starts the next job although this one still runs, for at most the time limit
 * of a job. https://github.com/actions/runner/issues/3539
 */
export const outlivesItsJob = ({ RUNNER_ENVIRONMENT }: NodeJS.ProcessEnv): boolean =>
  RUNNER_ENVIRONMENT === "self-hosted";

export interface WorkflowRun {
  apiUrl?: string;
  token?: string;
  /** "OWNER/NAME". */
  repository?: string;
  /** Commit of the run. */
  commit?: string;
  pullRequest?: PullRequest;
  /** The pull request comes from another repository, whose code must not get credentials. */
  fork: boolean;
  /** Head commit of the pull request. */
  head?: string;
  /** The label that started this run, and who added it. */
  labeled?: { name: string; by: string };
  /** URL of this run. */
  url?: string;
  /** File for the job's summary. */
  summaryFile?: string;
  /** File for the step's outputs. */
  outputFile?: string;
}

interface PullRequestEvent {
  action?: string;
  label?: { name: string };
  sender?: { login: string; type?: string };
  pull_request?: { number: number; head?: { sha?: string; repo?: { full_name?: string } | null } };
}

/** Reads the available values; outside a workflow there are none. */
export function workflowRun(env: NodeJS.ProcessEnv): WorkflowRun {
  const repository = present(env.GITHUB_REPOSITORY);
  const server = present(env.GITHUB_SERVER_URL) ?? "https://github.com";
  const event = eventOf(present(env.GITHUB_EVENT_PATH));
  const pull = event.pull_request;
  const given = {
    apiUrl: present(env.GITHUB_API_URL),
    token: present(env.GITHUB_TOKEN),
    repository,
    commit: present(env.GITHUB_SHA),
    pullRequest: repository === undefined || pull === undefined ? undefined : { repository, number: pull.number },
    head: pull?.head?.sha,
    labeled:
      event.action === "labeled" && event.label !== undefined && event.sender?.type === "User"
        ? { name: event.label.name, by: event.sender.login }
        : undefined,
    url:
      repository === undefined || env.GITHUB_RUN_ID === undefined
        ? undefined
        : `${server}/${repository}/actions/runs/${env.GITHUB_RUN_ID}`,
    summaryFile: present(env.GITHUB_STEP_SUMMARY),
    outputFile: present(env.GITHUB_OUTPUT),
  };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Omit<
      WorkflowRun,
      "fork"
    >),
    // A deleted fork has no repository.
    fork: pull !== undefined && pull.head?.repo?.full_name !== repository,
  };
}

/** Unset variables of a workflow are empty. */
const present = (value: string | undefined) => (value === "" ? undefined : value);

function eventOf(file: string | undefined): PullRequestEvent {
  return file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as PullRequestEvent);
}

/** Adds Markdown to the run's summary. */
export const addSummary = (file: string, markdown: string): void => appendFileSync(file, markdown);

/** Sets a step output. @param value one line */
export const setOutput = (file: string, name: string, value: string): void =>
  appendFileSync(file, `${name}=${value.replaceAll(/[\r\n]+/g, " ")}\n`);

/** Marks a log line as an error; the message cannot become another runner command. */
export const errorLine = (message: string): string =>
  `::error::${message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}`;
