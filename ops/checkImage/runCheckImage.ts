/** Checks an image, prints the result, and writes the requested reports. */
import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { caller, project } from "../project.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { stackSettings } from "../stackFiles/settingsFromFile.ts";
import { check } from "./wholeCheck.ts";
import { docsPage } from "./docsPage.ts";
import { connect } from "./engine/connect.ts";
import type { Options } from "./checkImageOptions.ts";
import { reportTo } from "./checkProgress.ts";
import { exitCodeOf, failureJson, terminalOf, toJson, toText, type Result } from "./checkResult.ts";
import { conditionsFor, subjectOf, type Subject } from "./checkedImage.ts";
import { toJunit } from "./reports/junit.ts";
import { toSarif } from "./reports/sarif.ts";
import { readPolicy, withSeverities } from "./severities.ts";

/** @throws CouldNotRun; with `--json` its message is also printed as JSON */
export async function runCheckImage(options: Options): Promise<void> {
  try {
    await checkAndPrint(options);
  } catch (error) {
    if (options.json && error instanceof Error) {
      const message = error instanceof CouldNotRun ? error.message : (error.stack ?? error.message);
      process.stdout.write(`${failureJson(options.subject ?? "", message)}\n`);
    }
    throw error;
  }
}

async function checkAndPrint(options: Options): Promise<void> {
  const started = Date.now();
  const { stack } = options;
  // Report invalid input before anything is built or run.
  const severities = options.policy === undefined ? new Map() : readPolicy(resolve(caller, options.policy), stack);
  const docker = await connect();
  const settings = stack === undefined ? undefined : stackSettings(project, stack);
  const subject = await subjectOf(options, settings, { checkout: project, caller });
  const conditions = conditionsFor(options, settings);

  const ending = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => ending.abort(new Interrupted(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupt);
  try {
    const outcome = await check({
      ...{ docker, subject, conditions, run: options.run, timeoutSeconds: options.timeoutSeconds },
      ...(options.scan === undefined ? {} : { scan: options.scan }),
      docsOf: (code) => docsPage(project, code),
      report: options.json ? () => undefined : reportTo(process.stderr),
      signal: ending.signal,
    });
    const result: Result = {
      ...{ image: nameOf(subject, options), source: sourceOf(subject), stack, conditions },
      ...outcome,
      verdicts: withSeverities(outcome.verdicts, severities, new Set(options.accept)),
      milliseconds: Date.now() - started,
    };
    process.stdout.write(options.json ? `${toJson(result)}\n` : `\n${toText(result, terminalOf(process.stdout))}`);
    writeReport(options.reports.sarif, "--sarif", () => toSarif(result));
    writeReport(options.reports.junit, "--junit", () => toJunit(result));
    process.exitCode = exitCodeOf(result);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`\nstopped by ${error.message}; its containers are removed\n`);
    // A build that is still running must not keep the process alive.
    process.exit(2);
  }
}

const nameOf = (subject: Subject, options: Options): string =>
  "image" in subject
    ? subject.image
    : (options.subject ?? ("build" in subject ? subject.build.folder : subject.archive));

/** Code scanning shows findings in files of the checkout. */
function sourceOf(subject: Subject): string {
  if ("image" in subject) return subject.image;
  return relative(project, "build" in subject ? subject.build.dockerfile : subject.archive).replaceAll("\\", "/");
}

function writeReport(file: string | undefined, option: string, content: () => string): void {
  if (file === undefined) return;
  try {
    writeFileSync(resolve(caller, file), content());
  } catch (error) {
    throw new CouldNotRun(`${option}: ${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
}
