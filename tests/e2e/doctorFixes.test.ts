/**
 * For every broken case, the doctor names the cause. The test runs its commands exactly as printed, with placeholders filled in, and the case
 * is healthy afterwards. `fixesRun.test.ts` compares the cases with what the doctor can print.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import type { Result } from "../../ops/doctor/diagnose.ts";
import type { Finding } from "../../ops/doctor/finding.ts";
import type { LookAnswer } from "./doctor/answerLooks.ts";
import { nodeFixCases } from "./doctor/nodeFixCases.ts";
import { type FixCase, type FixGround, fixLabel } from "./doctor/brokenWorkload.ts";
import { fixCases as everyCase } from "./doctor/fixCases.ts";
import { formOf } from "./doctor/fixForm.ts";
import { baseImage, closedRegistry, type Closable } from "./doctor/registries.ts";
import { eventually, local, outputs, start } from "./localStack.ts";

const folder = mkdtempSync(join(tmpdir(), "doctor-fixes-"));
const suffix = Date.now().toString(36);
/** Limits the number of pods at the same time, because each needs a sandbox. */
const together = 14;
/** Kinds without a namespace. */
const clusterKinds = new Set([
  "Namespace",
  "PersistentVolume",
  "StorageClass",
  "RuntimeClass",
  "PriorityClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ClusterRole",
  "ClusterRoleBinding",
]);

const runsAll = process.env.TARMAC_E2E_FIXES === "all";
const fixCases = everyCase.filter(({ onRequest }) => runsAll || onRequest === undefined);

let ground: FixGround;
let looks: ChildProcessWithoutNullStreams | undefined;
/** Who waits for the look at a namespace. Each case looks once at a time. */
const waiting = new Map<string, (answer: LookAnswer) => void>();
let nodeName = "";
let registry: Closable | undefined;

const namespaceOf = ({ name }: Pick<FixCase, "name">): string => `doctor-fix-${name}-${suffix}`;

async function removeLeftovers(): Promise<void> {
  const all = JSON.parse(await local("kubectl", "get", [...clusterKinds].join(","), "--output", "json")) as {
    items: { kind: string; metadata: { name: string } }[];
  };
  const mine = all.items.filter(({ metadata }) => metadata.name.startsWith("doctor-fix-"));
  for (const { kind, metadata } of mine)
    await local("kubectl", "delete", kind, metadata.name, "--ignore-not-found", "--wait=false");
  await local("kubectl", "delete", "secrets", "--namespace", "default", "--selector", "tarmac.dev/doctor-test=fixes");
}

beforeAll(async () => {
  await start();
  await removeLeftovers();
  const { imageReference: app } = await outputs();
  const base = await baseImage();
  registry = await closedRegistry();
  ground = { base, openRegistry: base.split("/")[0] ?? "", app, closedRegistry: registry.address };
  looks = spawn(nodeBinary, ["tests/e2e/doctor/answerLooks.ts"], { cwd: checkoutFolder, env: stackEnvironment() });
  looks.stderr.pipe(process.stderr);
  createInterface({ input: looks.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as LookAnswer;
    waiting.get(answer.namespace)?.(answer);
  });
  nodeName = (await local("kubectl", "get", "nodes", "--output", "jsonpath={.items[0].metadata.name}")).trim();
});

afterAll(async () => {
  if (runsAll) await local("kubectl", "uncordon", nodeName);
  if (looks?.exitCode === null) {
    looks.stdin.end();
    looks.kill();
    await once(looks, "close");
  }
  await removeLeftovers();
  await registry?.close();
  rmSync(folder, { recursive: true });
});

const named = (text: string, one: FixCase): string =>
  text
    .replaceAll(/\bNAMESPACE\b/g, namespaceOf(one))
    .replaceAll(/\bNODE\b/g, nodeName)
    .replaceAll('"BASE"', `"${ground.base}"`);

function workload(one: FixCase): object {
  const { name, kind, replicas = 1, spec = {}, owner = {}, container = {}, beside = [], image } = one;
  const labels = { app: name };
  const pod = {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    ...(kind === "Job" || kind === "CronJob" ? { restartPolicy: "Never" } : {}),
    ...spec,
    containers: [
      { name: "main", image: image?.(ground) ?? ground.base, imagePullPolicy: "IfNotPresent", ...container },
      ...beside,
    ],
  };
  const metadata = { name, labels };
  const template = { metadata: { labels }, spec: pod };
  const selector = { matchLabels: labels };
  switch (kind) {
    case "Pod":
      return { apiVersion: "v1", kind, metadata, spec: pod };
    case "Job":
      return { apiVersion: "batch/v1", kind, metadata, spec: { backoffLimit: 1, ...owner, template } };
    case "CronJob":
      // The first of January: the test starts each Job itself.
      return {
        apiVersion: "batch/v1",
        kind,
        metadata,
        spec: { schedule: "0 3 1 1 *", ...owner, jobTemplate: { spec: { backoffLimit: 1, template } } },
      };
    case "StatefulSet":
      return {
        apiVersion: "apps/v1",
        kind,
        metadata,
        spec: { serviceName: name, replicas, selector, ...owner, template },
      };
    case "DaemonSet":
      return { apiVersion: "apps/v1", kind, metadata, spec: { selector, ...owner, template } };
    case "Deployment":
      return { apiVersion: "apps/v1", kind, metadata, spec: { replicas, selector, ...owner, template } };
  }
}

async function apply(one: FixCase, objects: readonly object[]): Promise<void> {
  if (objects.length === 0) return;
  const file = join(folder, `${one.name}.json`);
  const items = objects.map((object) => {
    const { kind, metadata } = object as { kind: string; metadata: object };
    return { ...object, metadata: { ...(clusterKinds.has(kind) ? {} : { namespace: namespaceOf(one) }), ...metadata } };
  });
  writeFileSync(file, named(JSON.stringify({ apiVersion: "v1", kind: "List", items }), one));
  await local("kubectl", "apply", "--filename", file);
}

/** @returns undefined if nothing is left to diagnose */
async function look(one: FixCase): Promise<Result | undefined> {
  const namespace = namespaceOf(one);
  const { promise, resolve } = Promise.withResolvers<LookAnswer>();
  waiting.set(namespace, resolve);
  looks?.stdin.write(`${namespace}\n`);
  const { result, error } = await promise;
  if (error !== undefined) throw new Error(error);
  return result;
}

const isWell = (result: Result | undefined): boolean =>
  result !== undefined &&
  result.verdict === "healthy" &&
  [...result.owners, ...result.pods].every(({ health }) => ["well", "done", "idle"].includes(health));

const commands = async (one: FixCase, list: readonly string[] = []): Promise<void> => {
  for (const command of list) await local("bash", "-c", named(command, one));
};

/** The printed command of this form, with its placeholders filled in. */
function printed({ mend }: Finding, form: string, fill: Record<string, string>): string {
  const step = mend.find(({ command }) => command !== undefined && formOf(command) === form);
  if (step?.command === undefined)
    throw new Error(
      `no command of the form "${form}" among ${JSON.stringify(mend.map(({ command = "" }) => [formOf(command), command]))}`,
    );
  return (step.fill ?? []).reduce((text, word) => {
    const value = fill[word];
    if (value === undefined) throw new Error(`the case does not say what ${word} is: ${text}`);
    return text.replaceAll(new RegExp(`(?<![A-Za-z_])${word}(?![A-Za-z_])`, "g"), value);
  }, step.command);
}

async function fixed(one: FixCase): Promise<void> {
  await apply(one, [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "NAMESPACE", labels: { ...one.labels, ...fixLabel } } },
  ]);
  await apply(one, typeof one.also === "function" ? one.also(ground) : (one.also ?? []));
  await apply(one, [workload(one)]);
  if (one.breaks !== undefined) {
    await eventually(() => look(one), isWell, 120);
    await commands(one, one.breaks);
  }
  const broken = await eventually(
    () => look(one),
    (result) => result?.findings.map(({ code }) => code).join() === one.code,
    180,
  );
  const [finding] = broken?.findings ?? [];
  await commands(one, one.meanwhile);
  const fill = one.fill?.(ground) ?? {};
  for (const form of one.forms) if (finding !== undefined) await local("bash", "-c", printed(finding, form, fill));
  await eventually(
    () => look(one),
    (result) => (one.vanishes === true ? result === undefined || isWell(result) : isWell(result)),
    240,
  );
  await local("kubectl", "delete", "namespace", namespaceOf(one), "--ignore-not-found", "--wait=false");
}

describe("a workload", () => {
  const outcomes = new Map<string, Promise<void>>();

  beforeAll(() => {
    const waiting = [...fixCases];
    // Each outcome is known from the start, so that a test can wait for it.
    const settle = new Map(
      waiting.map(({ name }) => {
        const { promise, resolve } = Promise.withResolvers<FixCase>();
        return [name, { promise, resolve }] as const;
      }),
    );
    for (const one of fixCases) {
      const outcome = settle.get(one.name)?.promise.then(fixed) ?? Promise.resolve();
      outcome.catch(() => undefined);
      outcomes.set(one.name, outcome);
    }
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        settle.get(next.name)?.resolve(next);
        await outcomes.get(next.name)?.catch(() => undefined);
      }
    };
    for (let index = 0; index < together; index += 1) void worker();
  });

  it.each(fixCases)("$name: $code, and its commands fix it", async ({ name }) => {
    await outcomes.get(name);
  });
});

(runsAll ? describe : describe.skip)("the node (with TARMAC_E2E_FIXES=all)", () => {
  it.each(nodeFixCases)("$name: $code, and its commands fix it", async (one) => {
    try {
      await fixed(one);
    } finally {
      await commands(one, one.undone);
    }
  });
});
