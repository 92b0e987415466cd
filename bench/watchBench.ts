/** The time until the doctor names the cause of a rollout that fails, for one fault after the other. */
import { checkoutFolder } from "../local/layout.ts";
import { stackEnvironment } from "../local/stack/stack.ts";
import { beginWatched, unattended } from "../tests/e2e/failedUpdate.ts";
import { ownStack, type OwnStack } from "../tests/e2e/ownStack.ts";
import { run } from "../tests/e2e/runProgram.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import type { Result } from "./measure/measure.ts";
import { faults, type Fault } from "./watch/serviceFaults.ts";

/** Maximum seconds from the fault to its cause. */
const bound = 20;
/** After that time a fault counts as not named. */
const patienceMilliseconds = 90_000;

export const watch: Bench = {
  title: "seconds from a fault in an update to the line in which the doctor names its cause",
  needsEnvironment: true,
  runs: 1,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const stack = await ownStack("bench-watch", { serviceType: "ClusterIP", replicas: 1 });
  try {
    say("creating the stack");
    await stack.up();
    const { loginServer = "" } = await stack.outputs();
    const times: { fault: Fault; values: number[] }[] = [];
    for (const fault of faults(loginServer, stack.name)) {
      const values: number[] = [];
      for (let count = 0; count < runs; count++) {
        const value = await secondsToName(stack, fault);
        say(`${fault.what}: ${fault.code} after ${value.toFixed(1)} s`);
        values.push(value);
      }
      times.push({ fault, values });
      await stack.pulumi("refresh", {}, "--yes", "--skip-preview");
      await stack.up();
    }
    const all = times.flatMap(({ values }) => values);
    const worst = Math.max(...all);
    return {
      samples: times.map(({ fault: { what, code }, values }) => ({ what: `${what} (${code})`, unit: "s", values })),
      comparisons: [
        {
          what: `the slowest to ${bound} s`,
          ratio: worst / bound,
          low: Math.min(...all) / bound,
          high: worst / bound,
          atMost: 1,
        },
      ],
    };
  } finally {
    await stack.remove();
  }
}

/**
 * Seconds from the moment when the faulty version is on the cluster. Kubernetes records that moment in whole seconds, so the
 * result may be up to a second too long.
 * @throws Error with the doctor's output when it did not name the cause
 */
async function secondsToName(stack: OwnStack, { settings, code, what }: Fault): Promise<number> {
  const options = { cwd: checkoutFolder, env: stackEnvironment() };
  const target = unattended(stack.name, await stack.writeSettings(settings));
  let named: number | undefined;
  const seen = Promise.withResolvers<void>();
  const { update, doctor } = beginWatched(stack.name, target, options, (text) => {
    if (named !== undefined || !text.includes(`doctor: ${code}:`)) return;
    named = Date.now();
    seen.resolve();
  });
  const patience = setTimeout(seen.resolve, patienceMilliseconds);
  await Promise.race([seen.promise, doctor.end]);
  clearTimeout(patience);
  update.interrupt();
  await update.end;
  const { text } = await doctor.kill();
  if (named === undefined) throw new Error(`${what}: the doctor did not name ${code}. It said:\n${text}`);
  return (named - (await newestReplicaSetCreated(stack))) / 1000;
}

/** Time at which the newest version of the service was created on the cluster, in milliseconds since 1970. */
async function newestReplicaSetCreated({ name }: OwnStack): Promise<number> {
  const created = "jsonpath={.items[*].metadata.creationTimestamp}";
  const env = stackEnvironment();
  const text = await run("kubectl", ["get", "replicasets", "--namespace", name, "--output", created], { env });
  return Math.max(...text.trim().split(" ").map(Date.parse));
}
