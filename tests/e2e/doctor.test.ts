/** Creates every cause that is possible on the local environment. The doctor must name it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { causeCodes } from "../../ops/doctor/causes/causeCodes.ts";
import type { Finding } from "../../ops/doctor/finding.ts";
import { makeAzureRegistries } from "./doctor/azureRegistries.ts";
import type { Ground } from "./doctor/faultCase.ts";
import { podOf } from "./doctor/faultCase.ts";
import { doctor, type Look } from "./doctor/lookWithDoctor.ts";
import { fakeNodes } from "./doctor/fakeNodes.ts";
import { removeLeftovers, testLabel } from "./doctor/removeLeftovers.ts";
import { ownerCases } from "./doctor/ownerCases.ts";
import { pullCases, pullSecret } from "./doctor/pullCases.ts";
import {
  baseImage,
  closedRegistry,
  type Closable,
  plainRegistry,
  rateLimitedRegistry,
  selfSignedRegistry,
} from "./doctor/registries.ts";
import { runCases } from "./doctor/processCases.ts";
import { startCases } from "./doctor/startCases.ts";
import { user } from "./ownRegistry.ts";
import { eventually, local, outputs, start } from "./localStack.ts";
import { checkoutFolder } from "../../local/layout.ts";

const suffix = Date.now().toString(36);
const namespaceOf = (name: string): string => `doctor-${name}-${suffix}`;
const cases = [...pullCases, ...startCases, ...runCases];
const folder = mkdtempSync(join(tmpdir(), "doctor-"));
const servers: Closable[] = [];
/** Whether the faults exist: otherwise the tests have nothing to wait for. */
let made = false;

async function apply(objects: object[]): Promise<void> {
  const file = join(folder, "objects.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  await local("kubectl", "apply", "--filename", file);
}

const namespace = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: namespaceOf(name), labels: { ...labels, ...testLabel } },
});

function deployment(name: string, inNamespace: string, replicas: number, container: object, spec: object = {}) {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: inNamespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...spec, terminationGracePeriodSeconds: 1, containers: [{ name: "main", ...container }] },
      },
    },
  };
}

async function makeGround(): Promise<Ground> {
  await start();
  const stack = await outputs();
  const open = async (server: Promise<Closable>) => {
    servers.push(await server);
    return (await server).address;
  };
  await removeLeftovers();
  const base = await baseImage();
  const azure = await makeAzureRegistries(stack, suffix);
  return {
    base,
    openRegistry: base.split("/")[0] ?? "",
    app: stack.imageReference,
    closedRegistry: await open(closedRegistry()),
    plainOnBridge: await open(plainRegistry()),
    selfSigned: await open(selfSignedRegistry()),
    rateLimited: await open(rateLimitedRegistry()),
    azure,
  };
}

beforeAll(async () => {
  const ground = await makeGround();
  const good = { [ground.closedRegistry]: user };
  const inPods = (object: object, where = "pods") => ({
    ...object,
    metadata: { ...(object as { metadata: object }).metadata, namespace: namespaceOf(where) },
  });
  await apply([
    namespace("pods"),
    namespace("elsewhere"),
    namespace("order"),
    ...ownerCases.map(({ name, labels }) => namespace(name, labels)),
  ]);
  await apply([
    ...fakeNodes(suffix),
    inPods(pullSecret("good", good)),
    inPods(pullSecret("elsewhere", good), "elsewhere"),
    ...ownerCases.flatMap(({ name, also = [] }) => also.map((object) => inPods(object, name))),
  ]);
  const limits = { resources: { limits: { cpu: "100m", memory: "64Mi" } } };
  await apply([
    ...cases.flatMap((one) => podOf(one, ground, namespaceOf("pods"))),
    ...ownerCases.map(({ name, spec }) =>
      deployment(name, namespaceOf(name), 1, { image: ground.base, ...limits }, spec),
    ),
    // Two faults at once. The one to fix last is created first.
    deployment("unconfigured", namespaceOf("order"), 1, {
      image: ground.base,
      env: [{ name: "SETTING", valueFrom: { configMapKeyRef: { name: "nowhere", key: "key" } } }],
    }),
    deployment("mistyped", namespaceOf("order"), 9, { image: `${ground.base}m` }),
  ]);
  const ignoring = ["--namespace", namespaceOf("pods"), "sigterm-ignored"];
  await local("kubectl", "wait", "pod", ...ignoring, "--for=jsonpath={.status.phase}=Running", "--timeout=90s");
  await local("kubectl", "delete", "pod", ...ignoring, "--wait=false");
  made = true;
});

afterAll(async () => {
  await removeLeftovers();
  await Promise.all(servers.map(({ close }) => close()));
  rmSync(folder, { recursive: true });
});

/** The codes that the doctor reports, by the name of the failing object. */
const codesByName = ({ findings }: Look): Record<string, string> =>
  Object.fromEntries(
    findings.flatMap(({ code, affected }) =>
      affected.map((name): [string, string] => [name.split("/")[1] ?? "", code]),
    ),
  );

const inOrder = (findings: readonly Finding[]): boolean =>
  findings.every(
    ({ code }, index) =>
      index === 0 || causeCodes.indexOf(findings[index - 1]?.code ?? code) <= causeCodes.indexOf(code),
  );

describe("pods with one fault each", () => {
  const expected = Object.fromEntries(cases.map(({ name, code }) => [name, code]));
  let look: Look;

  beforeAll(async () => {
    expect(made).toBe(true);
    const record = process.env.DOCTOR_RECORD;
    const options = record === undefined ? [] : ["--record", record];
    const wrong = (seen: Look) =>
      Object.entries(expected).filter(([name, code]) => codesByName(seen)[name] !== code).length;
    look = await eventually(
      () => doctor("--stack", "local", "--namespace", namespaceOf("pods"), ...options),
      (seen) => wrong(seen) === 0,
      240,
      // What is still wrong after that time is said by the tests, one by one.
    ).catch(() => doctor("--stack", "local", "--namespace", namespaceOf("pods"), ...options));
  });

  it.each(cases)("$name: $code", ({ name, code }) => {
    expect(codesByName(look)[name]).toBe(code);
  });

  it("lists the findings in the order to fix them, each with evidence, a fix and a page", () => {
    expect(look.exitCode).toBe(1);
    expect(inOrder(look.findings)).toBe(true);
    for (const { evidence, mend, docs } of look.findings) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(mend.length).toBeGreaterThan(0);
      expect(readFileSync(join(checkoutFolder, docs), "utf8")).toMatch(/^## Fix it now$/m);
    }
  });

  it("names the node's container runtime, and prints crictl commands", () => {
    const onNode = look.findings.find(({ code }) => code === "tag-not-found")?.onNode;
    expect(onNode?.runtime).toMatch(/^containerd \d/);
    expect(onNode?.commands).toContainEqual(expect.stringMatching(/^crictl pull localhost:/));
  });

  it("lists the nearest tags of a mistyped one", () => {
    const finding = look.findings.find(({ code }) => code === "tag-not-found");
    expect(finding?.evidence.join("\n")).toMatch(/existing tags of "node" that are similar: \S+-trixie-slim/);
  });
});

describe("pods that are refused", () => {
  it.each(ownerCases)("$name: $code", async ({ name, code }) => {
    const look = await eventually(
      () => doctor("--stack", "local", "--namespace", namespaceOf(name)),
      ({ findings }) => findings.length > 0,
    );
    expect(look.findings.map((finding) => finding.code)).toEqual([code]);
    expect(look.findings[0]?.affected[0]).toMatch(new RegExp(`^replicaset/${name}-`));
  });
});

describe("two faults at once", () => {
  it("names both for 10 pods, the pull before the configuration", async () => {
    const look = await eventually(
      () => doctor("--stack", "local", "--namespace", namespaceOf("order")),
      ({ findings }) => findings.flatMap(({ affected }) => affected).length === 10,
    );
    expect(look.findings.map(({ code }) => code)).toEqual(["tag-not-found", "configmap-missing"]);
  });
});

describe("a healthy stack", () => {
  it("reports no finding", async () => {
    const look = await eventually(
      () => doctor("--stack", "local"),
      ({ exitCode }) => exitCode === 0,
    );
    expect(look).toMatchObject({ exitCode: 0, healthy: true, findings: [], notSeen: [] });
    expect(look.pods.map(({ health }) => health)).toEqual(["well", "well", "well"]);
  });
});

describe("the doctor's permissions", () => {
  const role = parse(readFileSync(join(checkoutFolder, "docs", "doctor-permissions.yaml"), "utf8")) as {
    metadata: { name: string };
    rules: { verbs: string[] }[];
  };

  it("are get, list and watch", () => {
    for (const { verbs } of role.rules) expect(["get", "list", "watch"]).toEqual(expect.arrayContaining(verbs));
  });

  it("are enough to see everything that an administrator sees", async () => {
    const name = namespaceOf("reader");
    const subject = { kind: "ServiceAccount", name: "reader", namespace: namespaceOf("elsewhere") };
    await apply([
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "reader", namespace: subject.namespace } },
      { ...role, metadata: { name, labels: testLabel } },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name, labels: testLabel },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
        subjects: [subject],
      },
    ]);
    const token = await local("kubectl", "create", "token", "reader", "--namespace", subject.namespace);
    const kubeconfig = join(folder, "reader.yaml");
    const admin = parse(await local("kubectl", "config", "view", "--raw")) as { contexts: { context: object }[] };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...admin,
        users: [{ name: "reader", user: { token: token.trim() } }],
        contexts: admin.contexts.map((context) => ({ ...context, context: { ...context.context, user: "reader" } })),
      }),
    );
    const target = ["--stack", "local", "--namespace", namespaceOf("pods")];
    const asAdmin = await doctor(...target);
    const asReader = await doctor(...target, "--kubeconfig", kubeconfig);
    expect(asReader.notSeen).toEqual(asAdmin.notSeen);
    expect(codesByName(asReader)).toEqual(codesByName(asAdmin));
  });
});

describe("a cluster that the doctor cannot read", () => {
  it.each([
    ["a stack that does not exist", ["--stack", "nowhere"], /stack "nowhere" cannot be read|Pulumi CLI is not on PATH/],
    [
      "a namespace that does not exist",
      ["--stack", "local", "--namespace", "nowhere"],
      /namespace "nowhere" .* does not exist/,
    ],
    ["an option that does not exist", ["--nowhere"], /unknown option '--nowhere'/],
  ])("%s: exits with 2, and says why", async (_, args, message) => {
    const look = await doctor(...args);
    expect(look.exitCode).toBe(2);
    expect(look.stderr).toMatch(message);
  });
});
