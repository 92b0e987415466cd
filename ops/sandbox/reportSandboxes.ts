/** `sandbox report`: tells pull requests about their sandboxes, using the news from another job. */
import { CouldNotRun } from "../couldNotRun.ts";
import { GitHubClient } from "../github/gitHubClient.ts";
import { workflowRun } from "../github/workflow.ts";
import { publishSandboxes } from "./publishSandbox.ts";
import { readNews, silentFailure, type SandboxNews } from "./sandboxNews.ts";
import { sandboxStack } from "./sandboxName.ts";
import { timeBudget } from "./timeBudget.ts";

export interface ReportOptions {
  /** The sandbox to report; empty or absent: all sandboxes in the news. */
  name?: string;
  news?: string;
  /** The sandbox is being created or updated now. */
  creating?: true;
  /** How long before the expiry to warn. */
  warn: string;
  author: string;
}

/** @throws CouldNotRun without a token or a repository; GitHubError */
export async function reportSandboxes(
  { name, news = "", creating, warn, author }: ReportOptions,
  { env = process.env, say, now }: { env?: NodeJS.ProcessEnv; say: (line: string) => void; now: Date },
): Promise<void> {
  const { token, repository, apiUrl, head, url } = workflowRun(env);
  if (token === undefined || repository === undefined)
    throw new CouldNotRun(
      "sandbox report: set GITHUB_TOKEN (pull-requests: write, deployments: write) and GITHUB_REPOSITORY (OWNER/NAME)",
    );
  const input = {
    ...{ client: new GitHubClient({ token, say, apiUrl }), repository, author: { login: author } },
    ...(head === undefined ? {} : { head }),
    ...(url === undefined ? {} : { run: url }),
    ...{ now, warnMinutes: timeBudget("--warn", warn), say },
  };
  await publishSandboxes(input, toTell({ name, news, creating: creating === true, now }));
}

function toTell({
  name,
  news,
  creating,
  now,
}: {
  name?: string;
  news: string;
  creating: boolean;
  now: Date;
}): SandboxNews[] {
  const found = readNews(news);
  // A scheduled run reports all. The variable is empty then.
  if (name === undefined || name === "") return found;
  const stack = sandboxStack(name);
  if (creating) return [{ stack, state: "creating", at: now.toISOString() }];
  const own = found.filter((one) => one.stack === stack);
  return own.length > 0 ? own : [silentFailure(name, now)];
}
