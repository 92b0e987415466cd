/** Previews what a change would do to its environments, judges it, and reports it on the pull request. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CouldNotRun } from "../couldNotRun.ts";
import { errorLine, workflowRun } from "../github/workflow.ts";
import { caller, project } from "../project.ts";
import { masker } from "../report/mask.ts";
import { collect, type CollectInput } from "./collect.ts";
import { exitCodeOf, type Reason } from "./gate.ts";
import type { Options } from "./previewReportOptions.ts";
import { publish } from "./publish.ts";
import { reportVersion, type Report } from "./reportFormat.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** @throws CouldNotRun */
export async function runPreviewReport(given: Options): Promise<void> {
  const options = withPaths(given);
  const workflow = workflowRun(process.env);
  const offline = options.offline
    ? "settings only were asked for"
    : workflow.fork
      ? "a pull request from a fork gets no credentials"
      : undefined;
  const report =
    options.judge === undefined
      ? await collectOrSayWhyNot({
          ...{ options, folder: project, env: process.env, say },
          ...(offline === undefined ? {} : { offline }),
          ...(workflow.head === undefined ? {} : { head: workflow.head }),
        })
      : readReport(options.judge);
  if (options.collect !== undefined) {
    writeFileSync(options.collect, JSON.stringify(report), { mode: 0o600 });
    if (report.failure !== undefined) throw new CouldNotRun(report.failure);
    return;
  }
  const { verdict, markdown } = await publish({ report, options, workflow, say });
  // In a workflow the summary shows it; on standard output a line of it could be a command to the runner.
  if (options.json) process.stdout.write(`${JSON.stringify({ verdict, report }, undefined, 2)}\n`);
  else if (workflow.summaryFile === undefined) process.stdout.write(markdown);
  if (workflow.summaryFile !== undefined) for (const reason of verdict.reasons) say(errorLine(inOneLine(reason)));
  process.exitCode = exitCodeOf(report, verdict);
}

const inOneLine = ({ stack = "", kind, resource = "", causes, text }: Reason) =>
  [stack, kind, resource, causes.join(", "), text].filter((part) => part !== "").join(": ");

/** Who reads the pull request is to know of it too, when somebody else is going to post. */
async function collectOrSayWhyNot(input: CollectInput): Promise<Report> {
  try {
    return await collect(input);
  } catch (error) {
    if (input.options.collect === undefined && !input.options.post) throw error;
    const known = error instanceof CouldNotRun;
    const text = known ? error.message : ((error as Error).stack ?? String(error));
    return failed(masker(input.env)(text), input.head);
  }
}

const failed = (failure: string, commit?: string): Report => ({
  ...{ version: reportVersion, failure, environments: [], untouched: [] },
  ...(commit === undefined ? {} : { commit }),
});

function withPaths(options: Options): Options {
  const paths = ["configFile", "policyPack", "policyConfig", "markdown", "collect", "judge"] as const;
  const resolved = paths.flatMap((name) => {
    const path = options[name];
    return typeof path === "string" ? [[name, resolve(caller, path)]] : [];
  });
  return { ...options, ...(Object.fromEntries(resolved) as Partial<Options>) };
}

/** A report that is not there is one that says so: the comment must not stay that of an older commit. */
function readReport(file: string): Report {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it left none" : (error as Error).message;
    return failed(`The run that previews has no report (${why}): its log says why.`);
  }
  const { version } = report as { version: unknown };
  if (version !== reportVersion) {
    return failed(
      `The report is of version ${String(version)} and this reads ${reportVersion}: the change or its base must be brought up to date.`,
    );
  }
  return report;
}
