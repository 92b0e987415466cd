/**
 * Reads the reports that the preview jobs left. The change's own code wrote them: a file may be a folder, a link,
 * gigabytes, or anything other than a report.
 */
import { lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { basename, join } from "node:path";
import { reportProblem } from "./reportShape.ts";
import { reportVersion, type Report } from "./reportFormat.ts";

/** Bytes. The report of a large stack has a few hundred kB. */
export const largestReport = 10_000_000;
/** Maximum number of files in a folder: more environments than anyone has. */
const mostReports = 100;

export const failed = (failure: string, commit?: string): Report => ({
  ...{ version: reportVersion, failure, environments: [], untouched: [] },
  ...(commit === undefined ? {} : { commit }),
});

/**
 * The report in a file, or the reports of all files in a folder (`collected-STACK.json` each) combined into one. A
 * report that cannot be read results in a report that says so: the comment must not keep the result of an older commit.
 * @param head commit that must have been previewed; absent: any
 */
export function collectedReport(path: string, head?: string): Report {
  const stats = statsOf(path);
  if (stats?.isDirectory() !== true) return readReport(path, head);
  const names = readdirSync(path).sort();
  const strange = names.filter((name) => stackOf(name) === undefined);
  if (strange.length > 0)
    return failed(`The collected reports hold "${strange[0]}", which is not a report of an environment.`, head);
  if (names.length > mostReports)
    return failed(`There are ${names.length} reports, and at most ${mostReports} are allowed.`, head);
  if (names.length === 0) return failed(noReport("it left none"), head);
  return merged(names.map((name) => [stackOf(name)!, readReport(join(path, name), head)]));
}

const stackOf = (file: string): string | undefined => /^collected-([\w.-]+)\.json$/.exec(file)?.[1];

const noReport = (why: string) => `The run that previews has no report (${why}): its log says why.`;

/** Of the entry itself: links are not followed. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function readReport(file: string, head: string | undefined): Report {
  const stats = statsOf(file);
  if (stats === undefined) return failed(noReport("it left none"), head);
  if (!stats.isFile()) return failed(noReport(`${basename(file)} is not a regular file`), head);
  if (stats.size > largestReport)
    return failed(
      noReport(`${basename(file)} has ${stats.size} bytes, and at most ${largestReport} are allowed`),
      head,
    );
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return failed(noReport((error as Error).message), head);
  }
  const { version } = (content ?? {}) as { version?: unknown };
  if (version !== reportVersion)
    return failed(
      `The report has version ${String(version)}, and this command reads ${reportVersion}: bring the change or its base up to date.`,
      head,
    );
  const problem = reportProblem(content);
  if (problem !== undefined) return failed(noReport(problem), head);
  const report = content as Report;
  return head === undefined || report.commit === head
    ? report
    : failed(
        `The report is of commit ${report.commit ?? "(none)"}, and this run judges ${head}: run all jobs again.`,
        head,
      );
}

/** Combines several reports into one; a failure stays with its environment. */
function merged(reports: readonly [stack: string, Report][]): Report {
  const all = reports.map(([, report]) => report);
  const environments = reports.flatMap(([stack, report]) =>
    report.failure === undefined
      ? report.environments
      : [
          {
            ...{ stack, settings: [], settingProblems: [] },
            preview: {
              ...{ outcome: "failed" as const, seconds: 0, changes: [], unchanged: 0, warnings: [], policy: [] },
              errors: [{ text: report.failure }],
            },
          },
        ],
  );
  const has = (stack: string) => environments.some((one) => one.stack === stack);
  /** Each report covers only its own environments. */
  const inEach = (lists: (string[] | undefined)[]) => {
    const [first = [], ...rest] = lists.flatMap((list) => (list === undefined ? [] : [list]));
    return first.filter((stack) => rest.every((list) => list.includes(stack)) && !has(stack));
  };
  const looked = all.filter(({ failure }) => failure === undefined);
  const [commit, offline, image] = [
    all.find((one) => one.commit !== undefined)?.commit,
    all.find((one) => one.offline !== undefined)?.offline,
    all.find((one) => one.image !== undefined)?.image,
  ];
  const skipped = inEach(looked.map((one) => one.notPreviewed ?? []));
  return {
    version: reportVersion,
    ...(commit === undefined ? {} : { commit }),
    ...(offline === undefined ? {} : { offline }),
    environments,
    untouched: inEach(looked.map((one) => one.untouched)),
    ...(skipped.length === 0 ? {} : { notPreviewed: skipped }),
    ...(image === undefined ? {} : { image }),
  };
}
