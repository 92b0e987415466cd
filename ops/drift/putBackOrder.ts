/**
 * The comment `/tarmac put-back` on a drift issue, read from the event that started the workflow. Accepted only from
 * people with write access to the repository.
 */
import { readFileSync } from "node:fs";
import { CouldNotRun } from "../couldNotRun.ts";
import type { GitHubClient } from "../github/gitHubClient.ts";
import { mayWrite } from "../github/labels.ts";
import { textList } from "../textList.ts";
import { driftRecordIn } from "./driftRecord.ts";
import { orderWords } from "./orderWords.ts";

export interface Order {
  stack: string;
  /** Resources that the issue offered to put back. */
  urns: string[];
}

interface CommentEvent {
  action?: string;
  comment?: { body?: string; user?: { login: string; type: string } | null };
  issue?: {
    number: number;
    state?: string;
    body?: string | null;
    pull_request?: unknown;
    user?: { login: string } | null;
  };
}

export interface OrderInput {
  client: GitHubClient;
  /** "OWNER/NAME". */
  repository: string;
  /** File with the event. */
  eventFile: string;
  /** Author of the drift issues. */
  author: string;
  /** Stacks that may be put back. */
  stacks: readonly string[];
  /** URL of the workflow run. */
  run?: string;
}

/**
 * @returns `undefined` for a comment that is not a command, or not on a drift issue: these get no answer
 * @throws GitHubError
 */
export async function readOrder(input: OrderInput): Promise<Order | undefined> {
  const { client, repository, author, stacks, run } = input;
  const { action, comment, issue } = JSON.parse(readFileSync(input.eventFile, "utf8")) as CommentEvent;
  if (issue === undefined || action !== "created" || comment?.body?.trim() !== orderWords) return undefined;
  const own = issue.user?.login === author && issue.pull_request === undefined && issue.state === "open";
  const record = own ? driftRecordIn(issue.body ?? undefined) : undefined;
  if (record === undefined) return undefined;
  const answer = (body: string) =>
    client.request("POST", `/repos/${repository}/issues/${issue.number}/comments`, { body });
  const { user } = comment;
  // Commands from bots are ignored: anyone who can trigger a bot would gain its rights.
  if (user?.type !== "User" || !(await mayWrite(client, repository, user.login))) {
    await answer("Nothing is put back: only people with write access to this repository can request that.");
    return undefined;
  }
  if (!stacks.includes(record.stack)) {
    await answer("Nothing is put back: this workflow does not deploy that environment.");
    return undefined;
  }
  if (record.urns.length === 0) {
    await answer("Nothing is put back: all that has drifted is guarded. See the issue for the other ways.");
    return undefined;
  }
  const where = run === undefined ? "" : `: [run](${run})`;
  await answer(
    `Putting back ${record.urns.length === 1 ? "1 resource" : `${record.urns.length} resources`}${where}. Then the drift is checked again.`,
  );
  return record;
}

/** URNs of a command, as one job passes them to the next. @throws CouldNotRun */
export function urnsIn(text: string): string[] {
  const urns = textList(text);
  if (urns?.every((urn) => urn.startsWith("urn:pulumi:")) === true) return urns;
  throw new CouldNotRun(`--named: "${text.slice(0, 80)}" is not a JSON list of URNs`);
}
