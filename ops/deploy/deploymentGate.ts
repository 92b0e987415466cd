/**
 * Judges what a deployment would do before it changes anything, with the rules for pull requests: a guarded resource is
 * replaced or deleted only if a person accepted that.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { hashOfChange } from "../previewReport/consentRecord.ts";
import { type Reason, reasonsAgainst, verdictOf, type Verdict } from "../previewReport/gate.ts";
import { type Change, type Preview, type Report, reportVersion } from "../previewReport/reportFormat.ts";
import type { Brought } from "./mergedPullRequests.ts";

/** The deployment would make changes that nobody accepted. Nothing was changed. */
export class Stopped extends CouldNotRun {
  override readonly name = "Stopped";
  readonly judgement: Judgement;

  constructor(stack: string, judgement: Judgement) {
    super(`the deployment of ${stack} is stopped, and nothing was changed:\n${linesOf(judgement).join("\n")}`);
    this.judgement = judgement;
  }
}

export interface GateQuestion {
  stack: string;
  preview: Preview;
  /** Names, `NAME (TYPE)` or URNs of resources that may be replaced or deleted. */
  allowed: readonly string[];
  /** Absent without access to GitHub. */
  brought?: Brought | undefined;
  /** Hashes of the changes that an approver saw. Absent: no approval was required. */
  approved?: ReadonlySet<string> | undefined;
}

export interface Judgement {
  report: Report;
  verdict: Verdict;
  /** Who accepted what, one line each. */
  accepted: string[];
  /** Differences from what the pull requests showed, one line each. */
  differences: string[];
}

export function judgeDeployment({ stack, preview, allowed, brought, approved }: GateQuestion): Judgement {
  const report: Report = {
    version: reportVersion,
    environments: [{ stack, settings: [], settingProblems: [], preview }],
    untouched: [],
  };
  const accepted: string[] = [];
  const reasons = reasonsAgainst(report).flatMap((reason) => {
    const named = nameIn(allowed, reason, preview.changes);
    if (named !== undefined) accepted.push(`${reason.kind} of ${reason.resource}: allowed by --allow-replace ${named}`);
    const consent = brought?.accepted.find((one) => covers(one, reason));
    if (named === undefined && consent !== undefined)
      accepted.push(
        `${reason.kind} of ${reason.resource}: accepted by ${consent.by} on pull request #${consent.number}`,
      );
    if (named !== undefined || consent !== undefined) return [];
    // The engine would stop at it halfway, whatever a label says.
    return [reason.kind === "policy" ? { ...reason, overridable: false } : reason];
  });
  const unapproved = (approved === undefined ? [] : preview.changes).filter(
    (change) => approved?.has(hashOfChange(change)) !== true,
  );
  const late = unapproved.map((change): Reason => ({
    ...{ stack, kind: "unseen", resource: titleOf(change), causes: [], overridable: false },
    text: `the preview that was approved did not have it: ${change.action} ${titleOf(change)}`,
  }));
  return {
    report,
    verdict: verdictOf([...reasons, ...late], false),
    accepted,
    differences: differencesFrom(stack, preview.changes, brought),
  };
}

const titleOf = ({ name, type }: Change) => `${name} (${type})`;

/** A protected resource cannot be deleted: the update itself refuses. */
const isAcceptable = ({ kind, overridable }: Reason) => overridable && acceptable.has(kind);
const acceptable = new Set<Reason["kind"]>(["replace", "delete", "update"]);

function nameIn(allowed: readonly string[], reason: Reason, changes: readonly Change[]): string | undefined {
  if (!isAcceptable(reason)) return undefined;
  const names = changes.filter((change) => titleOf(change) === reason.resource).map(({ name, urn }) => [name, urn]);
  return allowed.find((wanted) => wanted === reason.resource || names.flat().includes(wanted));
}

/** Only for the causes that were accepted. */
const covers = (one: Brought["accepted"][number], reason: Reason) =>
  isAcceptable(reason) &&
  one.stack === reason.stack &&
  one.kind === reason.kind &&
  one.resource === reason.resource &&
  reason.causes.every((cause) => one.causes.includes(cause));

function differencesFrom(stack: string, changes: readonly Change[], brought: Brought | undefined): string[] {
  if (brought === undefined || changes.length === 0) return [];
  const { numbers } = brought;
  if (numbers.length === 0) return ["no pull request brought this commit: nobody saw these changes before"];
  const from = `pull request${numbers.length > 1 ? "s" : ""} ${numbers.map((number) => `#${number}`).join(", ")}`;
  const seen = brought.seen[stack];
  if (seen === undefined) return [`${from} did not show what happens to ${stack}`];
  return changes
    .filter((change) => !seen.has(hashOfChange(change)))
    .map((change) => `${from} did not show: ${change.action} ${titleOf(change)}`);
}

/** Output for a person at a terminal. */
export function linesOf({ report, verdict, accepted, differences }: Judgement): string[] {
  const [first] = report.environments;
  const errors = first?.preview?.errors.map(({ text }) => text) ?? [];
  return [
    ...verdict.reasons.map(({ kind, resource, causes, text }) =>
      [`  not accepted: ${kind}`, resource, causes.join(", "), text]
        .filter((part) => part !== undefined && part !== "")
        .join(": "),
    ),
    ...errors.map((text) => `  ${text}`),
    ...accepted.map((line) => `  accepted: ${line}`),
    ...differences.map((line) => `  new: ${line}`),
  ];
}

/** For the job after the approval. Never empty, because an absent list means that no approval was required. */
export const handedOn = ({ report }: Judgement): string =>
  ["changes", ...report.environments.flatMap(({ preview }) => preview?.changes.map(hashOfChange) ?? [])].join(",");

/** @returns `undefined` for an empty text. @throws CouldNotRun if no job produced it */
export function approvedChanges(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined || text === "") return undefined;
  const [head, ...hashes] = text.split(",");
  if (head !== "changes")
    throw new CouldNotRun(`--approved: "${text.slice(0, 40)}" is not the output of "tarmac deploy --preview"`);
  return new Set(hashes);
}
