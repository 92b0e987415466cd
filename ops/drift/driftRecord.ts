/** What a drift issue remembers for later commands in its comments, hidden in the text. */
import { hiddenRecord, hiddenRecordIn } from "../report/hiddenRecord.ts";

export interface DriftRecord {
  stack: string;
  /** Resources that the command would put back. */
  urns: string[];
}

const recordName = "tarmac-drift-record";

export const driftRecordLine = (record: DriftRecord): string => hiddenRecord(recordName, record);

/** @returns `undefined` if there is no readable record */
export function driftRecordIn(text: string | undefined): DriftRecord | undefined {
  const { stack, urns } = (hiddenRecordIn(recordName, text) ?? {}) as Partial<DriftRecord>;
  const good = typeof stack === "string" && /^[\w.-]+$/.test(stack) && Array.isArray(urns);
  return good && urns.every((urn) => typeof urn === "string") ? { stack, urns } : undefined;
}
