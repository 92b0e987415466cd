/** `npm run preview-report`: what a change would do to its environments, judged, and said on its pull request. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { GitHubError } from "./github/client.ts";
import { errorLine, workflowRun } from "./github/workflow.ts";
import { collect } from "./previewReport/collect.ts";
import { CouldNotRun } from "./previewReport/couldNotRun.ts";
import { exitCodeOf } from "./previewReport/gate.ts";
import { help, readOptions, UsageError, type Options } from "./previewReport/options.ts";
import { publish } from "./previewReport/publish.ts";
import { reportVersion, type Report } from "./previewReport/report.ts";
import { NoPulumi } from "./pulumi/cli.ts";

const folder = resolve(dirname(fileURLToPath(import.meta.url)), "..");
/** npm runs its scripts in the project's folder; where it was called, it says here. */
const caller = process.env.INIT_CWD ?? process.cwd();
const ofCaller = (path: string) => resolve(caller, path);

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function run(given: Options): Promise<void> {
  const options = withPaths(given);
  const workflow = workflowRun(process.env);
  const offline = options.offline
    ? "settings only were asked for"
    : workflow.fork
      ? "a pull request from a fork gets no credentials"
      : undefined;
  const report =
    options.judge === undefined
      ? await collect({
          ...{ options, folder, env: process.env, say },
          ...(offline === undefined ? {} : { offline }),
          ...(workflow.head === undefined ? {} : { head: workflow.head }),
        })
      : readReport(options.judge);
  if (options.collect !== undefined) {
    writeFileSync(options.collect, JSON.stringify(report), { mode: 0o600 });
    return;
  }
  const { verdict, markdown } = await publish({ report, options, workflow, say });
  process.stdout.write(options.json ? `${JSON.stringify({ verdict, report }, undefined, 2)}\n` : markdown);
  if (verdict.state === "stopped" && process.env.GITHUB_ACTIONS === "true") {
    for (const { stack, kind, resource = "", causes, text } of verdict.reasons)
      say(
        errorLine(`${stack}: ${[kind, resource, causes.join(", "), text].filter((part) => part !== "").join(" - ")}`),
      );
  }
  process.exitCode = exitCodeOf(verdict);
}

function withPaths(options: Options): Options {
  const paths = ["configFile", "policyPack", "markdown", "collect", "judge"] as const;
  const resolved = paths.flatMap((name) => {
    const path = options[name];
    return typeof path === "string" ? [[name, ofCaller(path)]] : [];
  });
  return { ...options, ...(Object.fromEntries(resolved) as Partial<Options>) };
}

function readReport(file: string): Report {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (cause) {
    throw new CouldNotRun(
      `--judge: ${file} cannot be read: ${(cause as Error).message}. --collect writes such a file`,
      {
        cause,
      },
    );
  }
  if (report.version !== reportVersion || !Array.isArray(report.environments)) {
    throw new CouldNotRun(
      `--judge: ${file} is of version ${report.version} and this reads ${reportVersion}: collect and judge with the same checkout`,
    );
  }
  return report;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${help}\n`);
  else await run(options);
} catch (error) {
  const known = [CouldNotRun, UsageError, NoPulumi, GitHubError].some((kind) => error instanceof kind);
  say(known ? (error as Error).message : ((error as Error).stack ?? String(error)));
  if (error instanceof UsageError) say("\nnpm run preview-report -- --help shows how it is called");
  process.exitCode = 2;
}
