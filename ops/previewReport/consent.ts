/**
 * Whether the label on a pull request accepts the reasons against it: for this commit and these reasons, and set by
 * whom.
 */
import type { GitHubClient } from "../github/gitHubClient.ts";
import { labeling, mayWrite } from "../github/labels.ts";
import type { PullRequest, PullRequestState } from "../github/pullRequest.ts";
import type { WorkflowRun } from "../github/workflow.ts";
import type { ConsentRecord } from "./consentRecord.ts";

export interface ConsentQuestion {
  client: GitHubClient;
  pullRequest: PullRequest;
  state: PullRequestState;
  label: string;
  /** Commit being judged. */
  head: string;
  /** Hash of the reasons (`hashOfReasons`). */
  reasons: string;
  /** What the comment showed so far; absent if there is none, as for every fork. */
  record?: ConsentRecord | undefined;
  workflow: Pick<WorkflowRun, "fork" | "labeled">;
  /** Whether the author's own label also counts. */
  byAuthor: boolean;
}

/** Both fields are absent if there is no label. */
export interface Consent {
  /** Login of the person who accepts the reasons. */
  by?: string;
  /** Why the label does not count. */
  refused?: string;
}

/** @throws GitHubError */
export async function consentTo(question: ConsentQuestion): Promise<Consent> {
  const { client, pullRequest, state, label, workflow, byAuthor } = question;
  if (!state.labels.includes(label)) return {};
  const set = await labeling(client, pullRequest, label);
  if (set === undefined) return { refused: "the pull request does not say who set it" };
  const { by } = set;
  if (set.byProgram) return { refused: `${by} is a program: a person must set it` };
  if (by === state.author && !byAuthor) return { refused: "the author of the change set it: somebody else must" };
  if (!(await mayWrite(client, pullRequest.repository, by)))
    return { refused: `${by} may not write to this repository` };
  if (workflow.fork) {
    // Nothing can be recorded on a fork's pull request. The run started by the label itself is about the commit that
    // the pull request had at that time.
    const started = workflow.labeled?.name === label && workflow.labeled.by === by;
    return started ? { by } : { refused: "it was set for an earlier state of this change: remove it and set it again" };
  }
  const { record, head, reasons } = question;
  const same = record?.head === head && record.reasons === reasons;
  // The timeline has a resolution of one second.
  const after = Date.parse(set.at) >= Math.floor(Date.parse(record?.shown ?? "") / 1000) * 1000;
  return same && after ? { by } : { refused: "it was set before this comment showed these reasons for this commit" };
}
