/** The text of the comment, in sections: a report that is too long loses its least important parts first. */
import { megabytes } from "../checkImage/units.ts";
import type { PropertyChange } from "../pulumi/propertyChanges.ts";
import { block, code, folded, plain, table } from "../report/markdown.ts";
import type { Reason, Verdict } from "./gate.ts";
import type { Change, Environment, ImageSize, Message, Report } from "./reportFormat.ts";

/** Marks the comment so that later runs find it. */
export const marker = "<!-- tarmac-preview -->";

export interface Section {
  text: string;
  /** Sections with a higher weight are kept longer. */
  weight: number;
  /** Replacement if the text does not fit. */
  short: string;
}

export interface RenderOptions {
  /** Label that accepts what stopped a change. Absent: there is none. */
  label?: string;
  /** What to do about a stopped change; Markdown. Default: a text about the label. */
  remedy?: string;
  /** Beginning of the heading; Markdown. Default: "Preview". */
  title?: string;
  /** Location of the whole report, e.g. a link; Markdown. */
  wholeText?: string;
}

export function render(report: Report, verdict: Verdict, options: RenderOptions): Section[] {
  return [
    fixed(`${marker}\n## ${heading(report, verdict, options.title ?? "Preview")}`),
    fixed(summaryOf(report)),
    ...reasonsOf(verdict, options),
    ...(report.failure?.includes("\n") !== true ? [] : [{ text: block(report.failure), weight: 85, short: "" }]),
    ...report.environments.flatMap(environmentSections),
    ...(report.image === undefined ? [] : [fixed(imageLine(report.image))]),
    fixed(footer(report, options)),
  ];
}

const fixed = (text: string): Section => ({ text, weight: Infinity, short: text });

function heading(
  { environments, offline, failure, notPreviewed = [] }: Report,
  { state, reasons }: Verdict,
  title: string,
): string {
  if (failure !== undefined) return `${title}: could not run`;
  if (environments.length === 0 && reasons.length === 0)
    return notPreviewed.length > 0 ? `${title}: seen at the deployment` : `${title}: no environment is touched`;
  if (state === "overridden") return `${title}: passes with the label`;
  if (state === "stopped") {
    return reasons.some(({ kind }) => kind === "failed") ? `${title}: failed` : `${title}: stopped`;
  }
  if (offline !== undefined) return `${title}: settings only`;
  const changed = environments.some(({ preview }) => (preview?.changes.length ?? 0) > 0);
  return changed ? title : `${title}: nothing changes`;
}

const count = (changes: readonly Change[], ...wanted: Change["action"][]) =>
  changes.filter(({ action }) => wanted.includes(action)).length;

const number = (value: number, loud = false) => (value === 0 ? "–" : loud ? `**${value}**` : `${value}`);

function summaryOf({ environments, untouched, offline, notPreviewed = [] }: Report): string {
  const parts: string[] = [];
  if (offline !== undefined) parts.push(`Nothing was previewed: ${plain(offline)}.`);
  const previewed = environments.filter(({ preview }) => preview !== undefined);
  if (previewed.length > 0) {
    const rows = previewed.map(({ stack, preview }) => {
      const { changes, unchanged, policy, outcome } = preview!;
      const violations = policy.filter(({ mandatory }) => mandatory).length;
      return [
        code(stack),
        number(count(changes, "create", "import")),
        number(count(changes, "update")),
        number(count(changes, "replace"), true),
        number(count(changes, "delete", "forget"), true),
        number(unchanged),
        policy.length === 0 ? "–" : `${number(violations, true)} of ${policy.length}`,
        outcome === "failed" ? "**failed**" : changes.length === 0 ? "nothing changes" : "done",
      ];
    });
    parts.push(
      table(
        ["environment", "created", "updated", "replaced", "deleted", "unchanged", "policy violations", "preview"],
        rows,
      ),
    );
  } else if (environments.length > 0) {
    const rows = environments.map(({ stack, settings, settingProblems }) => [
      code(stack),
      number(settings.length),
      settingProblems.length === 0 ? "can be used" : `**${settingProblems.length} cannot be used**`,
    ]);
    parts.push(table(["environment", "settings changed", "settings"], rows));
  }
  if (notPreviewed.length > 0)
    parts.push(
      `Not previewed here: ${notPreviewed.map(code).join(", ")}. The deployment previews and judges this change there before it changes anything.`,
    );
  if (untouched.length > 0) parts.push(`Not touched by this change: ${untouched.map(code).join(", ")}.`);
  return parts.join("\n\n");
}

const verbs: Record<Reason["kind"], string> = {
  replace: "**replaces**",
  delete: "**deletes**",
  update: "**interrupts** pulls from",
  policy: "breaks policy",
  failed: "**fails**:",
  unseen: "**was not seen**:",
  rules: "**changes the rules**",
};

function reasonLine({ stack, kind, resource, causes, text }: Reason): string {
  const cause = causes.map(code).join(", ");
  const of = resource === undefined ? "" : code(resource);
  const words = {
    replace: `${of}${cause === "" ? "" : ` because of ${cause}`}: `,
    delete: `${of}: `,
    update: `${of} by a change of ${cause}: `,
    policy: `${cause}${of === "" ? "" : ` with ${of}`}: `,
    failed: "",
    unseen: cause === "" ? "" : `(${cause}) `,
    rules: `in ${cause}: `,
  };
  return `- ${stack === undefined ? "" : `${code(stack)} `}${verbs[kind]} ${words[kind]}${plain(text)}`;
}

function reasonsOf(verdict: Verdict, options: RenderOptions): Section[] {
  const { reasons, refused } = verdict;
  if (reasons.length === 0) return [];
  const { label = "" } = options;
  const ignored = refused === undefined ? [] : [`The label ${code(label)} does not count: ${plain(refused)}.`, ""];
  const whatNow = [...ignored, whatToDo(verdict, options)];
  return [
    {
      text: [...whatNow, "", ...reasons.map(reasonLine)].join("\n"),
      weight: 90,
      short: `${whatNow.join("\n")} ${reasons.length} reasons, see below.`,
    },
  ];
}

function whatToDo({ state, reasons, by }: Verdict, { label = "", remedy }: RenderOptions): string {
  if (remedy !== undefined) return `**This does not pass.** ${remedy}`;
  if (state === "overridden")
    return `The label ${code(label)} lets it pass${by === undefined ? "" : `, set by ${code(by)}`}. What it lets pass:`;
  return reasons.some(({ overridable }) => !overridable)
    ? `**This does not pass**, and the label ${code(label)} does not change that:`
    : `**This does not pass.** To accept exactly these changes, somebody with write access, other than the author, sets the label ${code(label)}:`;
}

const shownPaths = 5;

/** Number of rows shown; further rows are folded. */
const openRows = 8;

function environmentSections(environment: Environment): Section[] {
  const { stack, because, settings, settingProblems, preview } = environment;
  const title = `### ${code(stack)}`;
  const why =
    because === undefined
      ? ""
      : `\n\nTouched by ${because.slice(0, shownPaths).map(code).join(", ")}${because.length > shownPaths ? ` and ${because.length - shownPaths} more` : ""}.`;
  const sections: Section[] = [fixed(`${title}${why}`)];
  const add = (weight: number, name: string, rows: number, text: string) => {
    const heading = `${name} (${rows})`;
    const shown = rows <= openRows ? `**${heading}**\n\n${text}` : folded(heading, text);
    sections.push({ text: shown, weight, short: `**${heading}**: left out here.` });
  };
  if (preview !== undefined && preview.errors.length > 0) {
    add(80, "Errors", Math.min(preview.errors.length, openRows), preview.errors.map(messageText).join("\n\n"));
  }
  if (settingProblems.length > 0) {
    const text = settingProblems.map((problem) => `- ${plain(problem)}`).join("\n");
    add(80, "Settings that cannot be used", settingProblems.length, text);
  }
  if (preview !== undefined) {
    if (preview.policy.length > 0) {
      const rows = preview.policy.map(({ policy, mandatory, resource, text }) => [
        code(policy),
        mandatory ? "**violation**" : "advice",
        resource === undefined ? "" : code(resource),
        text.split("\n").map(plain).join("<br>"),
      ]);
      add(70, "Policy", rows.length, table(["policy", "", "resource", "finding"], rows));
    }
    for (const [action, name, weight] of shownActions) {
      const changes = preview.changes.filter((change) => change.action === action);
      if (changes.length > 0) add(weight, name, changes.length, changesTable(changes));
    }
  }
  if (settings.length > 0) {
    const rows = settings.map(({ key, before, after }) => [code(key), valueOf(before), valueOf(after)]);
    add(55, "Settings changed in the stack file", rows.length, table(["setting", "before", "after"], rows));
  }
  if (preview !== undefined && preview.warnings.length > 0) {
    add(20, "Warnings", preview.warnings.length, preview.warnings.map(messageText).join("\n\n"));
  }
  // Only the heading: the table at the top already shows the rest.
  return sections.length === 1 ? [] : sections;
}

const shownActions = [
  ["replace", "Replaced", 60],
  ["delete", "Deleted", 60],
  ["forget", "No longer managed, and left as they are", 50],
  ["update", "Updated", 40],
  ["import", "Imported", 30],
  ["create", "Created", 10],
] as const;

function changesTable(changes: readonly Change[]): string {
  const resource = ({ name, type, protected: isProtected }: Change) =>
    `${code(name)}<br>${code(type)}${isProtected ? " (protected)" : ""}`;
  switch (changes[0]?.action) {
    case "replace":
      return table(
        ["resource", "replaced because of", "also changes"],
        changes.map((change) => [
          resource(change),
          propertyLines(change.properties.filter(({ replaces }) => replaces)),
          propertyLines(change.properties.filter(({ replaces }) => !replaces)),
        ]),
      );
    case "update":
      return table(
        ["resource", "changes"],
        changes.map((change) => [resource(change), propertyLines(change.properties)]),
      );
    case "delete":
      return table(
        ["resource", "because"],
        changes.map((change) => [
          resource(change),
          change.insteadCreated === undefined
            ? "the program no longer has it"
            : `the program has ${code(change.insteadCreated)} instead`,
        ]),
      );
    default:
      return table(
        ["resource", "type"],
        changes.map(({ name, type }) => [code(name), code(type)]),
      );
  }
}

/** If a whole list changes, nobody reads the twentieth item. */
const shownProperties = 12;

function propertyLines(properties: readonly PropertyChange[]): string {
  const lines = properties.slice(0, shownProperties).map(({ path, kind, before, after }) => {
    if (kind === "add") return `${code(path)} added${after === undefined ? "" : `: ${valueOf(after)}`}`;
    if (kind === "delete") return `${code(path)} removed${before === undefined ? "" : `, was ${valueOf(before)}`}`;
    if (after === undefined) return code(path);
    return `${code(path)}: ${before === undefined ? "" : `${valueOf(before)} → `}${valueOf(after)}`;
  });
  const more = properties.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("<br>");
}

const valueOf = (text: string | undefined) =>
  text === undefined
    ? "–"
    : text === "known after the update" || text === "[secret]"
      ? `_${text.replace(/[[\]]/g, "")}_`
      : code(text);

const messageText = ({ resource, text }: Message) =>
  `${resource === undefined ? "" : `${code(resource)}\n\n`}${block(text)}`;

function imageLine({ before, after, problem }: ImageSize): string {
  const sizes = `${before === undefined ? "not known" : megabytes(before)} → ${after === undefined ? "not known" : megabytes(after)}`;
  const change =
    before === undefined || after === undefined || before === 0
      ? ""
      : ` (${after >= before ? "+" : "−"}${Math.abs(((after - before) / before) * 100).toFixed(1)} %)`;
  return `### Image\n\nTo pull, about: ${sizes}${change}.${problem === undefined ? "" : `\n\n${block(problem)}`}`;
}

function footer({ commit }: Report, { wholeText }: RenderOptions): string {
  const parts = [
    commit === undefined ? undefined : `Commit ${code(commit.slice(0, 12))}`,
    wholeText === undefined ? undefined : `whole report: ${wholeText}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : `---\n${parts.join(" · ")}`;
}
