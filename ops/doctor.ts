/** `npm run doctor`: what keeps a workload from running, by its root cause, with the evidence and the way to mend it. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readOrEnd } from "./commandLine.ts";
import { diagnose, type Result } from "./doctor/diagnose.ts";
import type { Observation } from "./doctor/observation.ts";
import { observe } from "./doctor/observe.ts";
import { json, paintFor, report } from "./doctor/report.ts";
import { CannotLook, findPlace, type TargetOptions } from "./doctor/target.ts";
import { pulumi } from "./pulumi/cli.ts";
import { whyHopeless } from "./rollout/outlook.ts";
import { watchStackRollout } from "./rollout/stackRollout.ts";

const help = `
npm run doctor [-- OPTIONS]

Looks at a workload through the Kubernetes API, the registry's API and Azure's role assignments, and says for each
failing pod its one root cause, with the evidence and the mending command, in the order in which to mend. Only reads.

What to look at (default: the stack that is selected, or the one on this machine that "npm start" made):
  --stack NAME         the workload of a stack, on the stack's cluster
  --namespace NAME     the pods of a namespace; without --stack on the cluster of the current kubeconfig
  --selector LABELS    only pods with these labels, e.g. app=web,tier!=cache
  --context NAME       another context of the kubeconfig
  --kubeconfig FILE    another kubeconfig (default: KUBECONFIG, ~/.kube/config)

How:
  --watch              look again every few seconds and print what has changed, until Ctrl-C
  --rollout            beside a "pulumi up" that is running: print each cause that holds up the rollout as one line, and
                       exit with 1 once waiting cannot fix it. Needs --stack
  --json               for programs: { healthy, target, findings: [{ code, affected, evidence, mend, docs, ... }], pods, notSeen }
  --record FILE        also write all that was looked at (no secret's value; the logs as they are)
  --replay FILE        diagnose what was recorded, here, without a cluster
  -h, --help           this text

Exit code: 0 healthy, 1 findings, 2 could not look, and why. docs/doctor.md lists every cause.
Azure is asked as ARM_CLIENT_ID/ARM_CLIENT_SECRET/ARM_TENANT_ID or as "az login"; without it the rest is still looked at.
`;

const options = {
  stack: { type: "string" },
  namespace: { type: "string", short: "n" },
  selector: { type: "string", short: "l" },
  context: { type: "string" },
  kubeconfig: { type: "string" },
  watch: { type: "boolean", short: "w" },
  rollout: { type: "boolean" },
  json: { type: "boolean" },
  record: { type: "string" },
  replay: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const watchSeconds = 3;

type Arguments = ReturnType<typeof parseArgs<{ options: typeof options; strict: true }>>["values"];

function readArguments(): Arguments {
  const { values } = parseArgs({ options, strict: true });
  if (values.selector !== undefined && values.namespace === undefined && values.stack === undefined)
    throw new Error("--selector needs --namespace or --stack");
  const beside = Object.keys(values).filter((name) => !["rollout", "stack", "help"].includes(name));
  if (values.rollout === true && (values.stack === undefined || beside.length > 0))
    throw new Error(`--rollout needs --stack NAME${beside.map((name) => ` and excludes --${name}`).join("")}`);
  if (values.replay !== undefined && values.watch === true) throw new Error("--replay has nothing to --watch");
  return values;
}

function show(values: Arguments, observation: Observation, result: Result): void {
  if (values.record !== undefined) writeFileSync(values.record, JSON.stringify(observation), { mode: 0o600 });
  const text =
    values.json === true ? `${json(observation, result)}\n` : report(observation, result, paintFor(process.stdout));
  process.stdout.write(text);
}

async function once(values: Arguments, target: TargetOptions): Promise<void> {
  const observation =
    values.replay === undefined
      ? await observe(await findPlace(target))
      : (JSON.parse(readFileSync(values.replay, "utf8")) as Observation);
  const result = diagnose(observation);
  show(values, observation, result);
  process.exitCode = result.findings.length === 0 ? 0 : 1;
}

/** Prints a look whenever the findings or the pods' states are others than before. A look that fails is one, too. */
async function watch(values: Arguments, target: TargetOptions): Promise<void> {
  const place = await findPlace(target);
  let before = "";
  const print = (now: string, act: () => void) => {
    if (now === before) return;
    before = now;
    if (values.json !== true) process.stdout.write(`\n--- ${new Date().toLocaleTimeString("en-GB")} ---\n`);
    act();
  };
  for (;;) {
    try {
      const observation = await observe(place);
      const result = diagnose(observation);
      const now = JSON.stringify([result.pods, result.findings.map(({ code, affected }) => [code, affected])]);
      print(now, () => show(values, observation, result));
      process.exitCode = result.findings.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof CannotLook)) throw error;
      print(error.message, () => void process.stderr.write(`Cannot look: ${error.message}\n`));
      process.exitCode = 2;
    }
    await new Promise((resolve) => setTimeout(resolve, watchSeconds * 1000));
  }
}

/** Until a cause makes waiting useless, or a signal ends the process. */
async function rollout(stack: string): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const endless = new AbortController().signal;
  const hopeless = await watchStackRollout({ run: (args) => pulumi(args) }, stack, say, endless);
  if (hopeless === undefined) return;
  say(`doctor: ${whyHopeless(hopeless)}`);
  process.exitCode = 1;
}

const values = readOrEnd(help, readArguments);
if (values.help === true) {
  process.stdout.write(`${help.trim()}\n`);
} else {
  // Ctrl-C ends a watch with the state that was seen last.
  process.on("SIGINT", () => process.exit());
  const { stack, namespace, selector, context, kubeconfig } = values;
  const given = Object.entries({ stack, namespace, selector, context, kubeconfig }).filter(
    ([, value]) => value !== undefined,
  );
  const target = Object.fromEntries(given) as TargetOptions;
  try {
    if (values.rollout === true) await rollout(stack ?? "");
    else await (values.watch === true ? watch(values, target) : once(values, target));
  } catch (error) {
    const known = error instanceof CannotLook;
    const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`Cannot look: ${text}\n`);
    process.exitCode = 2;
  }
}
