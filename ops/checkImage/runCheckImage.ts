/** Checks an image and prints the result. */
import { caller, project } from "../project.ts";
import { stackSettings } from "../stackFiles/settingsFromFile.ts";
import { check } from "./imageCheck.ts";
import { docsPage } from "./docsPage.ts";
import { connect } from "./engine/connect.ts";
import type { Options } from "./checkImageOptions.ts";
import { reportTo } from "./checkProgress.ts";
import { exitCodeOf, terminalOf, toJson, toText, type Result } from "./checkResult.ts";
import { conditionsFor, subjectOf } from "./checkedImage.ts";

/** @throws CouldNotRun */
export async function runCheckImage(options: Options): Promise<void> {
  const started = Date.now();
  const docker = await connect();
  const settings = options.stack === undefined ? undefined : stackSettings(project, options.stack);
  const subject = subjectOf(options, settings, { checkout: project, caller });
  const conditions = conditionsFor(options, settings);

  const ending = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => ending.abort(new Interrupted(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupt);
  try {
    const outcome = await check({
      ...{ docker, subject, conditions, run: options.run, timeoutSeconds: options.timeoutSeconds },
      docsOf: (code) => docsPage(project, code),
      report: options.json ? () => undefined : reportTo(process.stderr),
      signal: ending.signal,
    });
    const result: Result = {
      image: "image" in subject ? subject.image : (options.subject ?? subject.build.folder),
      stack: options.stack,
      conditions,
      ...outcome,
      milliseconds: Date.now() - started,
    };
    process.stdout.write(options.json ? `${toJson(result)}\n` : `\n${toText(result, terminalOf(process.stdout))}`);
    process.exitCode = exitCodeOf(result);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`\nstopped by ${error.message}; its containers are removed\n`);
    // A build that is still running must not keep the process alive.
    process.exit(2);
  }
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
}
