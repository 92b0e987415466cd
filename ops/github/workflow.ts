/** What a GitHub workflow tells the commands that it runs, and what they may tell it. */
import { appendFileSync, readFileSync } from "node:fs";
import type { PullRequest } from "./pullRequest.ts";

/** Longest time limit of the jobs in `.github/workflows` that change an environment. */
export const jobTimeLimitMinutes = 60;

export interface WorkflowRun {
  apiUrl?: string;
  token?: string;
  /** "OWNER/NAME". */
  repository?: string;
  /** Commit that the run is of. */
  commit?: string;
  pullRequest?: PullRequest;
  /** The pull request comes from another repository, whose code may not have credentials. */
  fork: boolean;
  /** Commit that is to be merged. */
  head?: string;
  /** The label whose setting started this run, and who set it. */
  labeled?: { name: string; by: string };
  /** Page of this run. */
  url?: string;
  /** File that becomes the job's summary. */
  summaryFile?: string;
  /** File that the step's outputs are read from. */
  outputFile?: string;
}

interface PullRequestEvent {
  action?: string;
  label?: { name: string };
  sender?: { login: string; type?: string };
  pull_request?: { number: number; head?: { sha?: string; repo?: { full_name?: string } | null } };
}

/** Reads what there is; outside of a workflow that is nothing. */
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
    // A fork that was deleted has no repository any more.
    fork: pull !== undefined && pull.head?.repo?.full_name !== repository,
  };
}

/** Variables of a workflow that are not set are empty. */
const present = (value: string | undefined) => (value === "" ? undefined : value);

function eventOf(file: string | undefined): PullRequestEvent {
  return file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as PullRequestEvent);
}

/** Shows Markdown on the run's page. */
export const addSummary = (file: string, markdown: string): void => appendFileSync(file, markdown);

/** Sets an output of the step. @param value one line */
export const setOutput = (file: string, name: string, value: string): void =>
  appendFileSync(file, `${name}=${value.replaceAll(/[\r\n]+/g, " ")}\n`);

/** Marks a line of the log as an error; what it says cannot become another command of the runner. */
export const errorLine = (message: string): string =>
  `::error::${message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}`;
