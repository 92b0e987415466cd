/** For every broken case, the doctor names the cause. The test runs its command exactly as printed, and the case is healthy afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../ops/doctor/finding.ts";
import { doctor } from "./doctor/lookWithDoctor.ts";
import { type FixCase, fixCases } from "./doctor/fixCases.ts";
import { baseImage } from "./doctor/registries.ts";
import { eventually, local, start } from "./localStack.ts";

const folder = mkdtempSync(join(tmpdir(), "doctor-fixes-"));
/** Differs from the label of the other doctor test, which may run at the same time. */
const testLabel = { "tarmac.dev/doctor-test": "fixes" };
const removeLeftovers = () =>
  local("kubectl", "delete", "namespaces", "--wait=false", "--selector", "tarmac.dev/doctor-test=fixes");
const suffix = Date.now().toString(36);
/** Limits the number of pods at the same time, because each needs a sandbox. */
const together = 8;
let base = "";

beforeAll(async () => {
  await start();
  await removeLeftovers();
  base = await baseImage();
});

afterAll(async () => {
  await removeLeftovers();
  rmSync(folder, { recursive: true });
});

const namespaceOf = ({ name }: FixCase): string => `doctor-fix-${name}-${suffix}`;

function workload(one: FixCase): object {
  const { name, kind, replicas = 1, spec = {}, container = {} } = one;
  const { imageSuffix = "", ...rest } = container;
  const labels = { app: name };
  const pod = {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    ...(kind === "Job" ? { restartPolicy: "Never" } : {}),
    ...spec,
    containers: [{ name: "main", image: `${base}${String(imageSuffix)}`, imagePullPolicy: "IfNotPresent", ...rest }],
  };
  const metadata = { name, namespace: namespaceOf(one), labels };
  const template = { metadata: { labels }, spec: pod };
  const selector = { matchLabels: labels };
  switch (kind) {
    case "Pod":
      return { apiVersion: "v1", kind, metadata, spec: pod };
    case "Job":
      return { apiVersion: "batch/v1", kind, metadata, spec: { backoffLimit: 1, template } };
    case "StatefulSet":
      return { apiVersion: "apps/v1", kind, metadata, spec: { serviceName: name, replicas, selector, template } };
    case "Deployment":
      return { apiVersion: "apps/v1", kind, metadata, spec: { replicas, selector, template } };
  }
}

async function apply(objects: readonly object[]): Promise<void> {
  if (objects.length === 0) return;
  const file = join(folder, "objects.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  await local("kubectl", "apply", "--filename", file);
}

/** The commands of the first complete fix that changes something, including the commands that belong to it. */
function commandsOf({ mend }: Finding): string[] {
  const changing = /^kubectl (?:patch|set|scale|delete|create serviceaccount|get \S+ --namespace \S+ --output json \|)/;
  const first = mend.findIndex(
    ({ command, fill }) => command !== undefined && fill === undefined && changing.test(command),
  );
  const next = mend[first + 1]?.command ?? "";
  const own = mend[first]?.command;
  if (own === undefined) return [];
  return /^kubectl delete pod /.test(next) ? [own, next] : [own];
}

async function fixed(one: FixCase): Promise<void> {
  const namespace = ["--stack", "local", "--namespace", namespaceOf(one)];
  const broken = await eventually(
    () => doctor(...namespace),
    ({ findings }) => findings.some(({ code }) => code === one.code),
    180,
  );
  expect(broken.findings.map(({ code }) => code)).toEqual([one.code]);
  const [finding] = broken.findings;
  const commands = finding === undefined ? [] : commandsOf(finding);
  expect(commands).not.toEqual([]);
  for (const command of commands) await local("bash", "-c", command);
  const well = await eventually(
    () => doctor(...namespace),
    ({ exitCode, owners, pods }) =>
      exitCode === 0 &&
      owners.every(({ health }) => ["well", "done"].includes(health)) &&
      pods.every(({ health }) => ["well", "done"].includes(health)),
    240,
  );
  expect(well.findings).toEqual([]);
}

const groups = Array.from({ length: Math.ceil(fixCases.length / together) }, (_, index) =>
  fixCases.slice(index * together, (index + 1) * together),
);

describe.each(groups.map((cases) => ({ names: cases.map(({ name }) => name).join(", "), cases })))(
  "$names",
  ({ cases }) => {
    const outcomes = new Map<string, Promise<void>>();

    beforeAll(async () => {
      await apply(
        cases.map((one) => ({
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name: namespaceOf(one), labels: { ...one.labels, ...testLabel } },
        })),
      );
      await apply(
        cases.flatMap((one) =>
          (one.also ?? []).map((object) => ({
            ...object,
            metadata: { ...(object as { metadata: object }).metadata, namespace: namespaceOf(one) },
          })),
        ),
      );
      await apply(cases.map(workload));
      // All at once, because most of the time is spent in back-offs and probes.
      for (const one of cases) {
        const outcome = fixed(one);
        outcome.catch(() => undefined);
        outcomes.set(one.name, outcome);
      }
    });

    afterAll(async () => {
      await local("kubectl", "delete", "namespaces", "--wait=false", ...cases.map(namespaceOf));
    });

    it.each(cases)("$name: $code, and its command fixes it", async ({ name }) => {
      await outcomes.get(name);
    });
  },
);
