/**
 * Data that the comment on a pull request stores for later judgements, hidden in its text: the reasons against which
 * commit and since when, who accepted them, and what the previews showed. People who may edit the comment may also set
 * the label.
 */
import { createHash } from "node:crypto";
import { hiddenRecord, hiddenRecordIn } from "../report/hiddenRecord.ts";
import type { Reason } from "./gate.ts";
import type { Change, Report } from "./reportFormat.ts";

export interface ConsentRecord {
  /** Commit that was judged. */
  head: string;
  /** Hash of the reasons (`hashOfReasons`). */
  reasons: string;
  /** ISO time since which the comment has shown exactly these reasons for this commit. */
  shown: string;
  /** Login of the person who accepted them. Absent: not accepted. */
  by?: string;
  /** What was accepted. */
  accepted: Accepted[];
  /** What the previews showed, by stack: hashes of their changes (`hashOfChange`). */
  seen: Record<string, string[]>;
}

/** A reason that names a resource of a stack, e.g. its replacement. */
export type Accepted = Pick<Reason, "stack" | "kind" | "resource" | "causes">;

const hashOf = (value: unknown, length: number) =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, length);

export const hashOfReasons = (reasons: readonly Reason[]): string =>
  hashOf(
    reasons
      .map(({ stack, kind, resource, causes }) => JSON.stringify([stack, kind, resource, [...causes].sort()]))
      .sort(),
    43,
  );

/** Short, because a comment contains many of them. */
export const hashOfChange = ({ action, urn }: Pick<Change, "action" | "urn">): string => hashOf([action, urn], 8);

/** Maximum number stored in a comment: about 20 kB. */
const mostSeen = 2000;

export function seenIn({ environments }: Report): Record<string, string[]> {
  const seen = environments.flatMap(({ stack, preview }) =>
    preview === undefined || preview.outcome === "failed"
      ? []
      : [[stack, preview.changes.map(hashOfChange)] as [string, string[]]],
  );
  return seen.flatMap(([, hashes]) => hashes).length > mostSeen ? {} : Object.fromEntries(seen);
}

const recordName = "tarmac-record";

export const recordLine = (record: ConsentRecord): string => hiddenRecord(recordName, record);

/** @returns `undefined` if there is no readable record */
export function recordIn(comment: string | undefined): ConsentRecord | undefined {
  const record = (hiddenRecordIn(recordName, comment) ?? {}) as Partial<ConsentRecord>;
  const whole =
    [record.head, record.reasons, record.shown].every((text) => typeof text === "string") &&
    Array.isArray(record.accepted) &&
    typeof record.seen === "object";
  return whole ? (record as ConsentRecord) : undefined;
}
