/** `npm start`: the whole stack on this machine, from nothing to a URL. */
import { createInterface } from "node:readline/promises";
import { removeLeftovers } from "./stack/stackLeftovers.ts";
import { commandLine, main } from "./commandLine.ts";
import { environmentRuns, startEnvironment } from "./environment.ts";
import { claim, otherOwner, workAlone } from "./environmentOwner.ts";
import { writePolicyHost } from "./plugins/policyHost.ts";
import { selectPlugins } from "./plugins/select.ts";
import { step } from "./progress.ts";
import { cacheFolder, stateFolder } from "./layout.ts";
import * as stack from "./stack/stack.ts";
import { goProblem } from "./toolchain/goBuild.ts";
import { gibibyte, hostProblems, withoutLocalEnvironment } from "./toolchain/host.ts";
import { announcement, installPlan, install } from "./toolchain/install.ts";
import { summary } from "./stack/summary.ts";
import { seenHealthy } from "./stack/stackDoctor.ts";
import { writeEnvironmentFile } from "./stack/environmentFile.ts";
import { waitUntilServing } from "./stack/serving.ts";
import { rememberWorld, worldHasChanged } from "./stack/world.ts";

const help = `
npm start [-- --yes]

Brings up the local environment (container engine, Kubernetes, registry, simulated Azure) and deploys the stack "local"
to it: the same program that is deployed to Azure. Running it again changes only what has changed.

  --yes        do not ask before something is installed on this system
  -h, --help   this text

Folders: tools in ${cacheFolder} (TARMAC_CACHE), state in ${stateFolder} (TARMAC_STATE).
Then:    npm run status, npm run down, npm run with-local -- kubectl get pods --all-namespaces
`;

await main(async () => {
  const { yes } = commandLine(help, { yes: { type: "boolean" } });
  const started = Date.now();
  const plan = installPlan();
  const problems = hostProblems({
    cacheFolder,
    cacheBytes: (plan.builds.length > 0 ? 10 : 0.2) * gibibyte,
    stateFolder,
    stateBytes: 3 * gibibyte,
    // Running parts already have their memory.
    memoryBytes: (environmentRuns() ? 0.5 : plan.builds.length > 0 ? 5 : 3) * gibibyte,
  });
  if (plan.builds.length > 0) problems.push(...[goProblem()].filter((problem) => problem !== undefined));
  if (problems.length > 0) {
    throw new Error(
      `The local environment cannot run here:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n\n${withoutLocalEnvironment}`,
    );
  }
  const other = otherOwner();
  if (other !== undefined && environmentRuns()) {
    throw new Error(
      `The environment of this machine runs for another checkout, ${other.checkout} (since ${other.since}), and a machine has only one.\n` +
        `Stop it there with "npm run down -- --all", then start it here.`,
    );
  }
  workAlone("npm start");
  await agree(announcement(plan), yes === true);
  await install(plan);
  claim();

  await startEnvironment();
  await step("Provider plugins", async (report) => {
    for (const { provider, version, kind } of await selectPlugins(stack.stackEnvironment(), report)) {
      report(
        `${provider} ${version}: ${kind === "official" ? "the official plugin" : "the local adapter, because the official plugin cannot be downloaded here"}`,
      );
    }
    writePolicyHost();
  });
  await step("Pulumi stack", async (report) => {
    await stack.ensureStack();
    writeEnvironmentFile();
    await stack.clearStaleLock(report);
  });
  await mendInterruptedUpdate();
  if (await worldHasChanged()) {
    process.stderr.write(
      "The cluster or the simulated Azure was recreated since the last update: refreshing the state first.\n",
    );
    await stack.refreshStack();
  }
  try {
    await stack.updateStack();
  } catch (error) {
    // Pulumi reports what did not become ready, and the doctor reports why.
    if (stack.stackHasResources()) await seenHealthy();
    throw error;
  }
  // Before anything else can fail: the state describes this cluster from now on, and the next start need not refresh it.
  await rememberWorld();
  const outputs = stack.stackOutputs();
  await step("Waiting for the service to answer", (report) => waitUntilServing(String(outputs.url), report));
  const [healthy, text] = await Promise.all([seenHealthy(), summary(outputs)]);
  if (!healthy) process.exitCode = 1;
  process.stdout.write(`\n${text}\nDone in ${Math.round((Date.now() - started) / 1000)} s.\n`);
});

/** Prints what will be installed. On a terminal, asks for agreement. */
async function agree(text: string | undefined, yes: boolean): Promise<void> {
  if (text === undefined) return;
  process.stderr.write(`${text}\n`);
  // Without a terminal nobody can answer, and the script's author has already decided.
  if (yes || process.env.CI === "true" || !process.stdin.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Continue? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was installed.");
}

/**
 * After a killed update it is unknown which of its last operations completed. Resources with random names may exist that the
 * state does not list, so the stack is deleted with everything that belongs to it, and deployed again.
 */
async function mendInterruptedUpdate(): Promise<void> {
  const pending = stack.pendingOperations();
  if (pending.length === 0) return;
  process.stderr.write(
    `An earlier update was interrupted during:\n${pending.map((line) => `  ${line}`).join("\n")}\nStarting over.\n`,
  );
  await stack.forgetPending();
  await stack.destroyStack();
  await step("Removing what the interrupted update left", (report) => removeLeftovers(stack.stackName, report));
}
