/** Whether a change may pass, and if not, which resource and property prevents it. */
import { guardedTypes, lastPoolGoes, pullsRefused } from "./guarded.ts";
import type { Change, Environment, Report } from "./reportFormat.ts";
import type { Touched } from "./touched.ts";

export interface Reason {
  /** Absent if nothing could be previewed. */
  stack?: string;
  /** What the change does that prevents it from passing. */
  kind: "replace" | "delete" | "update" | "policy" | "failed" | "unseen" | "rules";
  /** Name and type of the resource, if it is about one. */
  resource?: string;
  /** The properties that cause a replacement, the name of a policy, or files. */
  causes: string[];
  /** The explanation. May contain untrusted text. */
  text: string;
  /** Whether the label lets it pass. */
  overridable: boolean;
}

export interface Verdict {
  /** "passed": no reason against it. "overridden": the label lets it pass. "stopped": it does not pass. */
  state: "passed" | "overridden" | "stopped";
  reasons: Reason[];
  /** Login of the person who accepted the reasons. */
  by?: string;
  /** Why an existing label does not count. */
  refused?: string;
}

/** Trusted knowledge about a change, unlike its report, which the change's own code wrote. */
export interface KnownChange {
  /** The environments that it touches and that must have been previewed. */
  expected: readonly Touched[];
  /** Paths of policies and their settings that it changes. */
  rules: readonly string[];
}

/**
 * The reasons against a change.
 * @param known absent: the report is trusted
 * @param settingsOnly no preview was requested
 */
export function reasonsAgainst(report: Report, { known, settingsOnly }: JudgeOptions = {}): Reason[] {
  const { failure, environments, offline } = report;
  if (failure !== undefined) {
    const [text = ""] = failure.split("\n");
    return [{ kind: "failed", causes: [], text, overridable: false }];
  }
  const unseen = offline === undefined || settingsOnly === true ? [] : environments.filter(notPreviewed);
  return [
    ...environments.flatMap(reasonsOf),
    ...unseen.map(({ stack }): Reason => ({
      ...{ stack, kind: "unseen", causes: [], overridable: true },
      text: `nothing was previewed (${offline}); push the branch to this repository to get a preview`,
    })),
    ...missingIn(report, known?.expected ?? []),
    ...rulesChanged(known?.rules ?? []),
  ];
}

export interface JudgeOptions {
  known?: KnownChange | undefined;
  settingsOnly?: boolean;
}

/** @param accepted an authorized person accepted exactly these reasons */
export function verdictOf(reasons: Reason[], accepted: boolean): Verdict {
  if (reasons.length === 0) return { state: "passed", reasons };
  const passes = accepted && reasons.every(({ overridable }) => overridable);
  return { state: passes ? "overridden" : "stopped", reasons };
}

/** Invalid settings are a separate reason. */
const notPreviewed = ({ preview, settingProblems }: Environment) =>
  preview === undefined && settingProblems.length === 0;

const missingIn = ({ environments, offline }: Report, expected: readonly Touched[]): Reason[] =>
  expected
    .filter(({ stack }) => {
      const shown = environments.find((one) => one.stack === stack);
      return shown === undefined || (offline === undefined && notPreviewed(shown));
    })
    .map(({ stack, because }) => ({
      ...{ stack, kind: "unseen", causes: because.slice(0, 3), overridable: true },
      text: "the change touches it, and no preview shows what would happen to it; the log of its previewing job says why",
    }));

const rulesChanged = (files: readonly string[]): Reason[] =>
  files.length === 0
    ? []
    : [
        {
          ...{ kind: "rules", causes: [...files], overridable: true },
          text: "the policies of the base judged this change; the changed ones apply after the merge",
        },
      ];

function reasonsOf({ stack, preview, settingProblems }: Environment): Reason[] {
  const failed: Reason[] = [];
  if (preview?.outcome === "failed" || (preview === undefined && settingProblems.length > 0)) {
    const [first = ""] = (preview?.errors[0]?.text ?? settingProblems[0] ?? "").split("\n");
    failed.push({ stack, kind: "failed", causes: [], text: first.replace(/:$/, ""), overridable: false });
  }
  const going = (preview?.changes ?? []).flatMap((change) => [
    ...goingReason(stack, change),
    ...pullReason(stack, change),
  ]);
  const violations = (preview?.policy ?? [])
    .filter(({ mandatory }) => mandatory)
    .map(({ policy, resource, text }): Reason => ({
      ...{ stack, kind: "policy", causes: [policy], text: whatIsWrong(text), overridable: true },
      ...(resource === undefined ? {} : { resource }),
    }));
  return [...failed, ...going, ...violations];
}

/**
 * The part of a rule's message with the requirement and the problem. Reason and fix are in the findings table below.
 */
const whatIsWrong = (text: string) => (text.split(/\n(?=Why: )/)[0] ?? text).replaceAll("\n", ": ");

function goingReason(stack: string, change: Change): Reason[] {
  const { action, type, ownType = type, name, properties, insteadCreated } = change;
  if (action !== "delete" && action !== "replace") return [];
  const guarded = change.lastPool === true ? lastPoolGoes : guardedTypes[ownType];
  // Providers are not cloud resources, even if protected.
  if ((guarded === undefined && !change.protected) || type.startsWith("pulumi:providers:")) return [];
  const why =
    action === "replace"
      ? undefined
      : insteadCreated === undefined
        ? "the program no longer has it"
        : `the program has ${insteadCreated} instead (if that is the same resource, give it an alias)`;
  const consequence = change.protected ? `it is protected, so the update refuses to ${action} it` : guarded;
  return [
    {
      ...{ stack, kind: action, resource: `${name} (${type})` },
      causes: properties.filter(({ replaces }) => replaces).map(({ path }) => path),
      text: [why, consequence].filter((part) => part !== undefined).join("; "),
      overridable: !change.protected,
    },
  ];
}

const pullReason = (stack: string, { name, type, refusesPulls }: Change): Reason[] =>
  refusesPulls === true
    ? [
        {
          ...{ stack, kind: "update", resource: `${name} (${type})`, causes: ["roleAssignmentMode"] },
          ...{ text: pullsRefused, overridable: true },
        },
      ]
    : [];

/** 0: passes. 1: does not pass. 2: there was nothing to judge. */
export const exitCodeOf = ({ failure }: Report, { state }: Verdict): number =>
  failure !== undefined ? 2 : state === "stopped" ? 1 : 0;
