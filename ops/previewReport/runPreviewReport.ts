/** Previews what a change would do to its environments, judges it, and reports it on the pull request. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CouldNotRun } from "../couldNotRun.ts";
import { errorLine, setOutput, workflowRun } from "../github/workflow.ts";
import { caller, project } from "../project.ts";
import { masker } from "../report/mask.ts";
import { collect, type CollectInput } from "./collect.ts";
import { collectedReport, failed } from "./collectedReports.ts";
import { exitCodeOf, type Reason } from "./gate.ts";
import type { Options } from "./previewReportOptions.ts";
import { publish } from "./publish.ts";
import type { Report } from "./reportFormat.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** @throws CouldNotRun */
export async function runPreviewReport(given: Options): Promise<void> {
  const options = withPaths(given);
  const workflow = workflowRun(process.env);
  const offline = options.offline
    ? "only the settings were requested"
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
      : collectedReport(options.judge, workflow.head);
  if (options.collect !== undefined) {
    writeFileSync(options.collect, JSON.stringify(report), { mode: 0o600 });
    if (workflow.outputFile !== undefined) setOutput(workflow.outputFile, "report", options.collect);
    if (report.failure !== undefined) throw new CouldNotRun(report.failure);
    // So that "Re-run failed jobs" repeats the preview.
    const broken = report.environments.flatMap(({ stack, preview }) => (preview?.outcome === "failed" ? [stack] : []));
    for (const stack of broken) say(errorLine(`the preview of ${stack} failed; the report says why`));
    if (broken.length > 0) process.exitCode = 1;
    return;
  }
  const { verdict, markdown } = await publish({ report, options, workflow, folder: project, say });
  // In a workflow the summary shows it; on standard output, one of its lines could be a command to the runner.
  if (options.json) process.stdout.write(`${JSON.stringify({ verdict, report }, undefined, 2)}\n`);
  else if (workflow.summaryFile === undefined) process.stdout.write(markdown);
  if (workflow.summaryFile !== undefined) for (const reason of verdict.reasons) say(errorLine(inOneLine(reason)));
  process.exitCode = exitCodeOf(report, verdict);
}

const inOneLine = ({ stack = "", kind, resource = "", causes, text }: Reason) =>
  [stack, kind, resource, causes.join(", "), text].filter((part) => part !== "").join(": ");

/** If another job posts the report, the failure must also reach the pull request's readers. */
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

function withPaths(options: Options): Options {
  const paths = ["configFile", "policyPack", "policyConfig", "markdown", "collect", "judge"] as const;
  const resolved = paths.flatMap((name) => {
    const path = options[name];
    return typeof path === "string" ? [[name, resolve(caller, path)]] : [];
  });
  return { ...options, ...(Object.fromEntries(resolved) as Partial<Options>) };
}
