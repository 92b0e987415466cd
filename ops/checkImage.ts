/** `npm run check-image -- IMAGE | PATH`: what would go wrong with an image in Kubernetes, before it is deployed. */
import { check } from "./checkImage/check.ts";
import { CouldNotCheck } from "./checkImage/couldNotCheck.ts";
import { docsPage } from "./checkImage/docsPage.ts";
import { connect } from "./checkImage/engine/connect.ts";
import { help } from "./checkImage/help.ts";
import { type Options, readOptions } from "./checkImage/options.ts";
import { reportTo } from "./checkImage/report.ts";
import { exitCodeOf, terminalOf, toJson, toText, type Result } from "./checkImage/result.ts";
import { stackSettings } from "./checkImage/stackSettings.ts";
import { conditionsFor, subjectOf } from "./checkImage/subject.ts";
import { caller, checkout, sayWhyNot } from "./commandLine.ts";

/** The stack of the local environment. */
const localStack = "local";

async function run(options: Options): Promise<void> {
  const started = Date.now();
  const { docker, local } = await connect();
  // Only what the local environment has can be built there: its stack says with which base.
  const stack = options.stack ?? (local ? localStack : undefined);
  const settings = stack === undefined ? undefined : stackSettings(checkout, stack);
  const subject = subjectOf(options, settings, { checkout, caller });
  const conditions = conditionsFor(options, settings);

  const ending = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => ending.abort(new Interrupted(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupt);
  const outcome = await check({
    ...{ docker, subject, conditions, run: options.run, timeoutSeconds: options.timeoutSeconds },
    docsOf: (code) => docsPage(checkout, code),
    report: options.json ? () => undefined : reportTo(process.stderr),
    signal: ending.signal,
  });
  const result: Result = {
    image: "image" in subject ? subject.image : (options.subject ?? subject.build.folder),
    stack,
    conditions,
    ...outcome,
    milliseconds: Date.now() - started,
  };
  process.stdout.write(options.json ? `${toJson(result)}\n` : `\n${toText(result, terminalOf(process.stdout))}`);
  process.exitCode = exitCodeOf(result);
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${help}\n`);
  else await run(options);
} catch (error) {
  if (error instanceof Interrupted) process.stderr.write(`\nended by ${error.message}; its containers are removed\n`);
  else sayWhyNot(error, "check-image", [CouldNotCheck]);
  // What is still under way, such as a build, must not keep it from ending.
  process.exit(2);
}
