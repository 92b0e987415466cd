/**
 * Previews that the real engine made of this stack, recorded event by event: without debug messages, without the parts of
 * resources that a report does not read, and with names and ids replaced.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { PreviewEvents } from "../../../../ops/previewReport/previewEvents.ts";
import type { Change, Environment, Preview, Report } from "../../../../ops/previewReport/reportFormat.ts";

export type Recording = "create" | "nothing" | "update" | "replace" | "badSetting" | "rename" | "protected" | "pool";

export const eventsOf = (recording: Recording): EngineEvent[] =>
  readFileSync(join(import.meta.dirname, "recordings", `${recording}.jsonl`), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EngineEvent);

export function previewOf(events: readonly EngineEvent[], exitCode = 0, lastWords = ""): Preview {
  const reader = new PreviewEvents();
  for (const event of events) reader.take(event);
  return reader.result(exitCode, lastWords);
}

export const recorded = (recording: Recording): Preview => previewOf(eventsOf(recording));

export const environment = (stack: string, preview: Preview): Environment => ({
  stack,
  settings: [],
  settingProblems: [],
  preview,
});

export const reportOf = (...environments: Environment[]): Report => ({ version: 1, environments, untouched: [] });

export const change = (given: Partial<Change> = {}): Change => ({
  action: "replace",
  type: "azure-native:containerservice:ManagedCluster",
  name: "hello",
  urn: "urn:pulumi:prod::tarmac::azure-native:containerservice:ManagedCluster::hello",
  protected: false,
  properties: [{ path: "location", kind: "update", replaces: true, before: "westeurope", after: "northeurope" }],
  ...given,
});

export const done = (changes: Change[], more: Partial<Preview> = {}): Preview => ({
  ...{ outcome: "done", seconds: 1, changes, unchanged: 0, errors: [], warnings: [], policy: [] },
  ...more,
});
