/**
 * Decides whether an event starts a workflow, by the filters of its `on`. act does not check them.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import { matchesGlob } from "node:path";

export interface StartingEvent {
  /** "pull_request", "push", "merge_group", "schedule", "workflow_dispatch", "issue_comment". */
  name: string;
  /** Activity, e.g. "opened" of a pull request. */
  action?: string;
  /** Base of a pull request, or the branch that was pushed to. */
  branch?: string;
  /** Files that a push changed. */
  files?: readonly string[];
}

interface Filter {
  types?: string[];
  branches?: string[];
  "paths-ignore"?: string[];
}

/** Activities that start a workflow without `types`. Default: all. */
const defaultTypes: Readonly<Record<string, string[]>> = { pull_request: ["opened", "synchronize", "reopened"] };

export function starts(
  on: Record<string, Filter | null>,
  { name, action, branch, files = [] }: StartingEvent,
): boolean {
  if (!Object.hasOwn(on, name)) return false;
  const { types = defaultTypes[name], branches, "paths-ignore": ignored } = on[name] ?? {};
  if (types !== undefined && !types.includes(action ?? "")) return false;
  if (branches !== undefined && !branches.includes(branch ?? "")) return false;
  // A path that begins with "**." matches files in any folder.
  const isIgnored = (file: string) =>
    (ignored ?? []).some((pattern) => matchesGlob(file, pattern.replace(/^\*\*\./, "**/*.")));
  return ignored === undefined || files.length === 0 || !files.every(isIgnored);
}
