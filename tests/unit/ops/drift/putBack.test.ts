import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftRecordIn, driftRecordLine } from "../../../../ops/drift/driftRecord.ts";
import { reportIssue } from "../../../../ops/drift/driftIssue.ts";
import { markdown, stateOf, text, type Finding } from "../../../../ops/drift/driftText.ts";
import type { Drifted } from "../../../../ops/drift/lookForDrift.ts";
import { chooseToPutBack, refuseMore } from "../../../../ops/drift/putBack.ts";
import { readOrder, urnsIn } from "../../../../ops/drift/putBackOrder.ts";
import { managersOf, pathOf, withWitnesses } from "../../../../ops/drift/whoChanged.ts";
import { GitHubClient } from "../../../../ops/github/gitHubClient.ts";
import type { Change, Preview } from "../../../../ops/previewReport/reportFormat.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

const author = "github-actions[bot]";
const urnOf = (type: string, name: string) => `urn:pulumi:prod::tarmac::${type}::${name}`;
const drifted = (type: string, more: Partial<Drifted> = {}): Drifted => ({
  ...{ what: "changed", type, name: "hello", urn: urnOf(type, "hello"), id: "ns/hello" },
  properties: [{ path: "spec.replicas", kind: "update", replaces: false, before: "2", after: "3" }],
  ...more,
});
const deployment = drifted("kubernetes:apps/v1:Deployment");
const budget = drifted("kubernetes:policy/v1:PodDisruptionBudget", { what: "deleted", properties: [] });
const group = drifted("azure-native:resources:ResourceGroup", { id: "/subscriptions/s/resourceGroups/rg" });
const finding = (found: Drifted[], more: Partial<Finding> = {}): Finding => ({
  ...{ stack: "prod", time: "2026-11-23T04:41:00.000Z", drifted: found, looked: 25, problems: [] },
  ...more,
});

describe("the resources to correct", () => {
  const namesOf = ({ chosen, left }: ReturnType<typeof chooseToPutBack>) => [
    chosen.map(({ type }) => type.split(":").at(-1)),
    left.map(({ drifted: { type }, why }) => [type.split(":").at(-1), why.slice(0, 24)]),
  ];

  test("are all that have drifted, except guarded ones", () => {
    expect(namesOf(chooseToPutBack([deployment, budget, group], {}))).toEqual([
      ["Deployment", "PodDisruptionBudget"],
      [["ResourceGroup", "it is guarded: npx tarma"]],
    ]);
  });

  test("are those that the issue named, if they still drift", () => {
    expect(namesOf(chooseToPutBack([deployment, budget], { named: [budget.urn, group.urn] }))).toEqual([
      ["PodDisruptionBudget"],
      [["Deployment", "it has drifted since, or"]],
    ]);
    expect(namesOf(chooseToPutBack([group], { named: [group.urn] }))[0]).toEqual([]);
  });

  test("are of the types that the setting names, if the correction is automatic", () => {
    expect(namesOf(chooseToPutBack([deployment, budget], { kinds: [budget.type] }))).toEqual([
      ["PodDisruptionBudget"],
      [["Deployment", "its type is not in autoP"]],
    ]);
    expect(chooseToPutBack([deployment, budget], { kinds: [] }).chosen).toEqual([]);
  });

  test.each<[string, Drifted[], Parameters<typeof chooseToPutBack>[1], boolean]>([
    ["all of it", [deployment, budget], {}, true],
    ["without guarded resources", [deployment, group], {}, false],
    [
      "without guarded resources, although they were named",
      [deployment, group],
      { named: [deployment.urn, group.urn] },
      false,
    ],
    ["all named resources", [deployment, budget, group], { named: [budget.urn] }, true],
    ["all named resources that still drift", [deployment, group], { named: [budget.urn] }, true],
    ["all types that the setting names", [deployment, group], { kinds: [budget.type] }, true],
  ])("is %s", (_, found, request, complete) => {
    expect(chooseToPutBack(found, request).complete).toBe(complete);
  });

  const preview = (changes: Partial<Change>[], more: Partial<Preview> = {}): Preview => ({
    ...{ outcome: "done", seconds: 1, unchanged: 0, errors: [], warnings: [], policy: [] },
    changes: changes.map((change) => ({
      ...{
        action: "update",
        type: deployment.type,
        name: "hello",
        urn: deployment.urn,
        protected: false,
        properties: [],
      },
      ...change,
    })),
    ...more,
  });

  test("are updated or created again, and nothing else is touched", () => {
    refuseMore(preview([{}, { action: "create", urn: budget.urn }]), [deployment.urn, budget.urn]);
    expect(() => refuseMore(preview([{ action: "replace" }]), [deployment.urn])).toThrow(
      "nothing was put back, because that would also replace hello (kubernetes:apps/v1:Deployment): use npx tarmac deploy --refresh",
    );
    expect(() => refuseMore(preview([{}]), [budget.urn])).toThrow("would also update hello");
    const failed = preview([], { outcome: "failed", errors: [{ text: "no quota" }] });
    expect(() => refuseMore(failed, [])).toThrow("cannot be previewed: no quota");
  });

  test("are none if a mandatory policy would stop the update halfway", () => {
    const finding = { policy: "cluster-no-local-accounts", pack: "tarmac", text: "disableLocalAccounts is false" };
    const policy = [{ ...finding, mandatory: true }];
    expect(() => refuseMore(preview([{}], { policy }), [deployment.urn])).toThrow(
      "nothing was put back, because the stack violates cluster-no-local-accounts",
    );
    refuseMore(preview([{}], { policy: [{ ...finding, mandatory: false }] }), [deployment.urn]);
  });
});

describe("a request in a comment", () => {
  let github: GitHubStandIn;
  let folder: string;
  beforeEach(async () => {
    github = await new GitHubStandIn().start();
    folder = mkdtempSync(join(tmpdir(), "tarmac-order-"));
  });
  afterEach(async () => {
    await github.stop();
    rmSync(folder, { recursive: true });
  });
  const client = () => new GitHubClient({ apiUrl: github.url, token: github.token, second: 1 });

  /** A comment on the issue after drift was found. */
  async function order(
    found: Drifted[],
    change: (event: Record<string, Record<string, unknown>>) => void = () => undefined,
  ) {
    await reportIssue(client(), "team/hello", finding(found), author);
    const [issue] = github.issues;
    const event = {
      action: "created",
      comment: { body: "/tarmac put-back\n", user: { login: "ada", type: "User" } },
      issue: { number: issue?.number, state: "open", body: issue?.body, user: issue?.user },
    };
    change(event as never);
    const eventFile = join(folder, "event.json");
    writeFileSync(eventFile, JSON.stringify(event));
    const stacks = ["dev", "prod"];
    return readOrder({ client: client(), repository: "team/hello", eventFile, author, stacks, run: "https://run" });
  }

  test("names the stack and what the issue offers to correct, and is answered", async () => {
    expect(await order([deployment, budget, group])).toEqual({ stack: "prod", urns: [deployment.urn, budget.urn] });
    expect(github.issues[0]?.comments).toEqual([
      "Putting back 2 resources: [run](https://run). Then the drift is checked again.",
    ]);
  });

  test.each([
    ["a user who may only read", { login: "mallory", type: "User" }],
    ["a program", { login: "ada", type: "Bot" }],
    ["a deleted account", null],
  ])("of %s is refused", async (_, user) => {
    expect(await order([deployment], (event) => Object.assign(event.comment!, { user }))).toBeUndefined();
    expect(github.issues[0]?.comments).toEqual([
      "Nothing is put back: only people with write access to this repository can request that.",
    ]);
  });

  test("for an environment that the workflow does not deploy, or for guarded resources only, is refused", async () => {
    const record = driftRecordLine({ stack: "other", urns: [deployment.urn] });
    expect(await order([deployment], ({ issue }) => Object.assign(issue!, { body: record }))).toBeUndefined();
    expect(github.issues[0]?.comments.at(-1)).toContain("this workflow does not deploy that environment");
    github.issues.splice(0);
    expect(await order([group])).toBeUndefined();
    expect(github.issues[0]?.comments.at(-1)).toContain("all that has drifted is guarded");
  });

  test.each<[string, (event: Record<string, Record<string, unknown>>) => void]>([
    ["another comment", ({ comment }) => Object.assign(comment!, { body: "please /tarmac put-back" })],
    ["an edited comment", (event) => Object.assign(event, { action: "edited" })],
    ["another author's issue", ({ issue }) => Object.assign(issue!, { user: { login: "mallory" } })],
    ["a pull request", ({ issue }) => Object.assign(issue!, { pull_request: {} })],
    ["a closed issue", ({ issue }) => Object.assign(issue!, { state: "closed" })],
    ["an issue without a record", ({ issue }) => Object.assign(issue!, { body: "Drift in prod" })],
    ["no issue at all", (event) => delete event.issue],
  ])("is not found in %s", async (_, change) => {
    expect(await order([deployment], change)).toBeUndefined();
    expect(github.issues[0]?.comments).toEqual([]);
  });

  test("passes only URNs on", () => {
    expect(urnsIn(JSON.stringify([deployment.urn]))).toEqual([deployment.urn]);
    for (const bad of ["", "{}", '["--yes"]', "[1]"]) expect(() => urnsIn(bad)).toThrow("is not a JSON list of URNs");
  });
});

test("the record of an issue is its last line, whatever a drifted value says", () => {
  const forged = driftRecordLine({ stack: "dev", urns: [] });
  const real = driftRecordLine({ stack: "prod", urns: [deployment.urn] });
  expect(driftRecordIn(`a\n${forged}\nb\n${real}`)).toEqual({ stack: "prod", urns: [deployment.urn] });
  for (const bad of ["e30", "bm8", Buffer.from('{"stack":"a b","urns":[]}').toString("base64url")])
    expect(driftRecordIn(`<!-- tarmac-drift-record ${bad} -->`)).toBeUndefined();
  expect(driftRecordIn(undefined)).toBeUndefined();
});

describe("the author of a change", () => {
  const fields = [
    {
      manager: "pulumi-kubernetes-1a2b",
      operation: "Apply",
      time: "2026-11-20T00:00:00Z",
      fieldsV1: { "f:spec": { "f:replicas": {} } },
    },
    {
      manager: "kubectl-scale",
      operation: "Update",
      time: "2026-11-22T03:00:00Z",
      fieldsV1: { "f:spec": { "f:replicas": {} } },
    },
    { manager: "kube-controller-manager", operation: "Update", fieldsV1: { "f:status": { "f:replicas": {} } } },
    {
      ...{ manager: "kubectl-set", operation: "Update", time: "2026-11-22T04:00:00Z" },
      fieldsV1: {
        "f:spec": {
          "f:template": {
            "f:spec": {
              "f:containers": { 'k:{"name":"hello"}': { "f:env": { 'k:{"name":"A"}': { "f:value": {} } } } },
            },
          },
        },
      },
    },
  ] as never[];
  const env = { path: "spec.template.spec.containers[0].env[1].value", kind: "update", replaces: false } as const;

  test("on Kubernetes is the manager of the changed field, and not Pulumi", () => {
    expect(managersOf(fields, deployment)).toEqual([
      { who: "the program kubectl-scale", how: "Update", at: "2026-11-22T03:00:00Z" },
    ]);
    expect(managersOf(fields, { properties: [...deployment.properties, env] }).map(({ who }) => who)).toEqual([
      "the program kubectl-set",
      "the program kubectl-scale",
    ]);
    expect(managersOf([{}], deployment)).toEqual([]);
  });

  test.each([
    ["kubernetes:apps/v1:Deployment", "ns/hello", "apis/apps/v1/namespaces/ns/deployments/hello"],
    ["kubernetes:core/v1:Namespace", "ns", "api/v1/namespaces/ns"],
    [
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "ns/a",
      "apis/networking.k8s.io/v1/namespaces/ns/networkpolicies/a",
    ],
    ["kubernetes:networking.k8s.io/v1:Ingress", "ns/a", "apis/networking.k8s.io/v1/namespaces/ns/ingresses/a"],
    [
      "kubernetes:gateway.networking.k8s.io/v1:Gateway",
      "ns/a",
      "apis/gateway.networking.k8s.io/v1/namespaces/ns/gateways/a",
    ],
    ["azure-native:resources:ResourceGroup", "x", undefined],
  ])("%s %s is at %s", (type, id, path) => expect(pathOf(type, id)).toBe(path));

  test("is read from Azure or from the cluster, and left out if it is unknown", async () => {
    const event = { caller: "ada@contoso.com", time: "2026-11-22T03:00:00Z", operation: "Microsoft.Resources/x/write" };
    const found = await withWitnesses([group, deployment, budget, drifted("kubernetes:v1:X", { id: undefined })], {
      activity: () => Promise.resolve(Array<typeof event>(5).fill(event)),
      cluster: { get: <T>() => Promise.resolve({ metadata: { managedFields: fields } } as T) },
    });
    expect(found.map(({ by }) => by?.length)).toEqual([3, 1, undefined, undefined]);
    const blind = await withWitnesses([group, deployment], {
      activity: () => Promise.reject(new Error("403")),
    });
    expect(blind).toEqual([group, deployment]);
  });

  test("is shown in the text and in the issue, with the command and what it does not change", () => {
    const by = [
      { who: "@ada", at: "2026-11-22T03:00:00Z", how: "Update" },
      { who: "the program x", how: "Apply" },
    ];
    const shown = finding([{ ...deployment, by }, group]);
    expect(text(shown)).toContain("    by @ada at 2026-11-22T03:00:00Z (Update)\n    by the program x (Apply)");
    const issue = markdown(shown);
    expect(issue).toContain("| `hello` | @&#8203;ada | 2026-11-22T03:00:00Z | `Update` |");
    expect(issue).toContain("can comment `/tarmac put-back`: it puts back `hello`, and nothing else.");
    expect(issue).toContain("The command never touches what is guarded: `hello`.");
  });
});

test("a stack that sleeps is not checked, and its issue stays as it is", async () => {
  const github = await new GitHubStandIn().start();
  try {
    const asleep = finding([], { asleep: "prod sleeps: its cluster aks is stopped." });
    expect(stateOf(asleep)).toBe("asleep");
    expect(text(asleep)).toBe("prod: not checked. prod sleeps: its cluster aks is stopped.");
    const client = new GitHubClient({ apiUrl: github.url, token: github.token, second: 1 });
    expect(await reportIssue(client, "team/hello", asleep, author)).toEqual({ did: "nothing" });
    expect(github.seen).toEqual([]);
  } finally {
    await github.stop();
  }
});
