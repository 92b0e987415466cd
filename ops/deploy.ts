/** `npm run deploy`: an environment's update as a pipeline runs it - recovered, held to the policies, tried, and remembered. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readSettings } from "@tarmac/settings/readSettings";
import { ownValues } from "./checkImage/stackSettings.ts";
import { caller, checkout, readOrEnd } from "./commandLine.ts";
import { askedAt } from "./deploy/address.ts";
import { aftermath } from "./deploy/aftermath.ts";
import { goodImages, imageToReturnTo, noteGood, wayBack } from "./deploy/goodImages.ts";
import { deployedMarkdown, failedMarkdown } from "./deploy/report.ts";
import { smoke, type Smoke } from "./deploy/smoke.ts";
import { imageInState } from "./deploy/state.ts";
import { withImage } from "./deploy/stackFile.ts";
import { update, type UpdateContext } from "./deploy/update.ts";
import { wantedImage } from "./deploy/wanted.ts";
import { addSummary, workflowRun } from "./github/workflow.ts";
import { policyPackFor } from "./policy/pack.ts";
import { cliOf } from "./pulumi/cli.ts";
import { outputsOf } from "./pulumi/stack.ts";
import { stackFile, stacksIn } from "./pulumi/stackFile.ts";
import { masker } from "./report/mask.ts";
import { watchStackRollout } from "./rollout/stackRollout.ts";

const help = `
npm run deploy -- STACK [OPTIONS]

Updates a stack: puts right what an interrupted update left, holds the update to the policies of policy/config/STACK.json,
and tries the service afterwards. An image that passes is remembered as good. A rollout that fails leaves the pods from before
serving; why it failed is said by the doctor.

  --rollback           return to the last good image, or the one before it where that runs already; nothing is built
  --refresh            look first at what is really there: what was changed by hand is put back (npm run drift shows it)
  --smoke              only try the service as it is
  --take-lock          nobody else updates this stack now (a workflow with a concurrency group): a lock that is held is left over
  --no-policy          without the policies
  --config-file FILE   another file than Pulumi.STACK.yaml
  --json               for programs: { stack, state, image, smoke } on stdout, everything else on stderr
  -h, --help           this text

Exit code: 0 deployed and passed, 1 the update or the smoke test failed, 2 could not run, and why. docs/delivery.md says more.
`;

const options = {
  rollback: { type: "boolean", default: false },
  refresh: { type: "boolean", default: false },
  smoke: { type: "boolean", default: false },
  "take-lock": { type: "boolean", default: false },
  "no-policy": { type: "boolean", default: false },
  "config-file": { type: "string" },
  stack: { type: "string", short: "s" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

function readArguments() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: true });
  const [stack = values.stack, ...others] = positionals;
  if (values.help) return { ...values, stack: "" };
  if (stack === undefined) throw new Error("which stack? npm run deploy -- STACK");
  if (others.length > 0) throw new Error(`one stack at a time: "${others.join(" ")}" is too much`);
  if (values.smoke && (values.rollback || values.refresh))
    throw new Error(
      `--smoke and --${values.rollback ? "rollback" : "refresh"} exclude each other: every update is tried anyway`,
    );
  return { ...values, stack };
}

const given = readOrEnd(help, readArguments);
const { stack } = given;
const workflow = workflowRun(process.env);
const hide = masker(process.env);
const say = (line: string) => void process[given.json ? "stderr" : "stdout"].write(`${hide(line)}\n`);
const cli = cliOf({ cwd: checkout }, say);
const context: UpdateContext = {
  cli,
  watch: (name, signal) => watchStackRollout(cli, name, say, signal),
  now: () => new Date(),
  say,
};

function settingsFile(): string {
  const other = given["config-file"];
  const file = other === undefined ? stackFile(checkout, stack) : resolve(caller, other);
  if (!existsSync(file)) {
    throw new Error(
      other === undefined
        ? `there is no Pulumi.${stack}.yaml; there are ${stacksIn(checkout).join(", ")}. Another file: --config-file FILE`
        : `there is no ${other}: name the stack's file with --config-file`,
    );
  }
  return file;
}

/** @returns the exit code */
async function run(): Promise<number> {
  const file = settingsFile();
  const settings = readSettings(stack, ownValues(readFileSync(file, "utf8")));
  const { readinessPath: readyPath } = settings;
  /** Where the service of these outputs is asked. */
  const askedOf = ({ url, namespaceName }: Record<string, unknown>): string | undefined =>
    typeof url === "string"
      ? askedAt(url, { name: settings.appName, namespace: String(namespaceName), port: settings.servicePort })
      : undefined;
  const result = (state: string, more: object) => {
    if (given.json) process.stdout.write(`${JSON.stringify({ stack, state, ...more }, undefined, 2)}\n`);
  };
  const summarise = (text: string) => {
    if (workflow.summaryFile !== undefined) addSummary(workflow.summaryFile, hide(text));
  };

  /** What has passed, and what is to run: asked of the cluster, or else of the state. */
  const images = async () => ({
    good: await goodImages(context.cli, stack),
    running: (await wantedImage(stack, settings.appName)) ?? (await imageInState(context.cli, stack)),
  });
  /** The way back to a good image from the one that was to run. */
  const backFrom = async () => {
    const { good, running } = await images();
    return wayBack(stack, good, running);
  };

  if (!given.smoke) {
    const before = await outputsOf(context.cli, stack);
    const policyPack = given["no-policy"] ? {} : { policyPack: policyPackFor(stack, checkout) };
    const wanted = { stack, takeLock: given["take-lock"], refresh: given.refresh, ...policyPack };
    try {
      if (given.rollback) {
        const { good, running } = await images();
        const image = imageToReturnTo(stack, good, running);
        say(`returning to ${image}`);
        await withImage(file, stack, image, (configFile) => update(context, { ...wanted, configFile }));
      } else await update(context, { ...wanted, configFile: file });
    } catch (error) {
      if ((error as Error).name !== "PulumiFailed") throw error;
      const after = await aftermath(stack, askedOf(before), readyPath).catch((cause: unknown) => ({
        serving: `Nothing could be looked at: ${(cause as Error).message}`,
      }));
      const diagnosis = "diagnosis" in after ? after.diagnosis : undefined;
      const back = await backFrom().catch(() => undefined);
      say(["", `The update of ${stack} failed.`, after.serving, diagnosis, back].filter(Boolean).join("\n"));
      summarise(failedMarkdown({ stack, error: (error as Error).message, ...after, back }));
      result("failed", { error: hide((error as Error).message), ...after });
      return 1;
    }
  }

  const after = await outputsOf(context.cli, stack);
  const [address, image] = [askedOf(after), asText(after.imageReference)];
  if (address === undefined || image === undefined) {
    throw new Error(
      `stack "${stack}" has no outputs "url" and "imageReference": is it deployed? npm run deploy -- ${stack}`,
    );
  }
  say(`trying ${address}`);
  const tried: Smoke = await smoke({ stack, image, address, readyPath });
  for (const line of tried.seen) say(`  ok: ${line}`);
  for (const line of tried.problems) say(`  not ok: ${line}`);
  const passed = tried.problems.length === 0;
  if (passed) await noteGood(context.cli, stack, image);
  const back = passed ? undefined : await backFrom();
  say(
    passed
      ? `${stack} runs ${image}, which is good`
      : [`${stack} did not pass the smoke test; why: npm run doctor -- --stack ${stack}`, back]
          .filter(Boolean)
          .join("\n"),
  );
  summarise(deployedMarkdown({ stack, image, address, tried, back }));
  result(passed ? "good" : "bad", { image, smoke: tried });
  return passed ? 0 : 1;
}

const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

if (given.help) process.stdout.write(`${help.trim()}\n`);
else {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.stderr.write(`Cannot deploy: ${hide((error as Error).message)}\n`);
    process.exitCode = 2;
  }
}
