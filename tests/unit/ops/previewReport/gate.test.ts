import { exitCodeOf, type JudgeOptions, reasonsAgainst, verdictOf } from "../../../../ops/previewReport/gate.ts";
import { guardedTypes, lastPoolGoes, pullsRefused } from "../../../../ops/previewReport/guarded.ts";
import type { Change, Preview, Report } from "../../../../ops/previewReport/reportFormat.ts";
import { change, done, environment, recorded, reportOf } from "./recorded.ts";

const judge = (report: Report, accepted = false, options: JudgeOptions = {}) =>
  verdictOf(reasonsAgainst(report, options), accepted);
const judged = (preview: Preview, label = false) => judge(reportOf(environment("prod", preview)), label);
const one = (given: Partial<Change>, label = false) => judged(done([change(given)]), label);

describe("the gate", () => {
  it.each(Object.keys(guardedTypes))("stops the replacement and the deletion of %s", (type) => {
    expect(one({ type, action: "replace" })).toMatchObject({
      state: "stopped",
      reasons: [
        { stack: "prod", kind: "replace", resource: `hello (${type})`, causes: ["location"], overridable: true },
      ],
    });
    expect(one({ type, action: "delete", properties: [] })).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "delete", text: `the program no longer has it; ${guardedTypes[type]}` }],
    });
  });

  it("guards cluster, registry, namespace and identity", () => {
    expect(Object.keys(guardedTypes)).toEqual(
      expect.arrayContaining([
        "azure-native:containerservice:ManagedCluster",
        "azure-native:containerregistry:Registry",
        "kubernetes:core/v1:Namespace",
        "azure-native:managedidentity:UserAssignedIdentity",
      ]),
    );
  });

  it("also guards them if they are created as a resource of any version", () => {
    const type = "azure-native:resources:Resource";
    expect(
      one({ type, ownType: "azure-native:containerregistry:Registry", action: "delete" }).reasons[0]?.text,
    ).toContain("every image goes with it");
    expect(one({ type, action: "delete" }).state).toBe("passed");
  });

  it.each(["create", "update", "import", "forget"] as const)("allows a change of them by %s", (action) => {
    expect(one({ action }).state).toBe("passed");
  });

  it("stops the replacement of the last node pool that accepts pods, and of no other pool", () => {
    const type = "azure-native:containerservice:AgentPool";
    expect(one({ type, lastPool: true })).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "replace", text: lastPoolGoes, overridable: true }],
    });
    expect(one({ type, lastPool: true }, true).state).toBe("overridden");
    expect(one({ type }).state).toBe("passed");
  });

  it("stops a change of a registry's role mode that would refuse pulls", () => {
    const registry = { type: "azure-native:containerregistry:Registry", action: "update", refusesPulls: true } as const;
    expect(one(registry)).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "update", causes: ["roleAssignmentMode"], text: pullsRefused, overridable: true }],
    });
    expect(one(registry, true).state).toBe("overridden");
  });

  it("allows everything else, such as a role assignment, which is created again", () => {
    expect(one({ type: "azure-native:authorization:RoleAssignment" }).state).toBe("passed");
    expect(one({ type: "kubernetes:apps/v1:Deployment", action: "delete" }).state).toBe("passed");
  });

  it("suggests an alias if the same type is created under another name", () => {
    expect(one({ action: "delete", properties: [], insteadCreated: "hello2" }).reasons[0]?.text).toBe(
      "the program has hello2 instead (if that is the same resource, give it an alias); every workload on the cluster goes with it",
    );
  });

  it("passes with the label", () => {
    expect(one({}, true)).toMatchObject({ state: "overridden", reasons: [{ kind: "replace" }] });
  });

  it("does not pass with the label for a protected resource of any type, because the update would refuse it", () => {
    expect(one({ type: "kubernetes:core/v1:Service", protected: true }, true)).toMatchObject({
      state: "stopped",
      reasons: [{ text: "it is protected, so the update refuses to replace it", overridable: false }],
    });
    expect(one({ type: "pulumi:providers:kubernetes", protected: true }).state).toBe("passed");
  });

  it("stops a violation of a mandatory policy, and passes with the label", () => {
    const finding = {
      policy: "image-exact",
      pack: "tarmac",
      mandatory: true,
      resource: "hello (x)",
      text: "Named by digest\nno digest\nWhy: a tag can be moved\nMend: name it",
    };
    expect(judged(done([], { policy: [finding] }))).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "policy", causes: ["image-exact"], resource: "hello (x)", text: "Named by digest: no digest" }],
    });
    expect(judged(done([], { policy: [finding] }), true).state).toBe("overridden");
    expect(judged(done([], { policy: [{ ...finding, mandatory: false }] })).state).toBe("passed");
  });

  it("does not pass with the label for a preview that failed, because its result is unknown", () => {
    expect(judged(recorded("badSetting"), true)).toEqual({
      state: "stopped",
      reasons: [
        {
          ...{ stack: "prod", kind: "failed", causes: [], overridable: false },
          text: 'one setting of stack "hello" cannot be used, and nothing was changed',
        },
      ],
    });
  });

  it("stops invalid settings, with which nothing is previewed", () => {
    const report = reportOf({ stack: "prod", settings: [], settingProblems: ["tarmac:replicas: 0 is out of range"] });
    expect(judge(report, true)).toMatchObject({ state: "stopped", reasons: [{ kind: "failed" }] });
  });

  it("finds every effect of a new location in the engine's events", () => {
    expect(judged(recorded("replace")).reasons.map(({ resource, causes }) => [resource, ...causes])).toEqual([
      ["hello-hello (azure-native:resources:ResourceGroup)", "location"],
      ["hello-kubelet (azure-native:managedidentity:UserAssignedIdentity)", "location", "resourceGroupName"],
      ["hello (azure-native:containerregistry:Registry)", "location", "resourceGroupName"],
      ["hello-control-plane (azure-native:managedidentity:UserAssignedIdentity)", "location", "resourceGroupName"],
      ["hello (azure-native:containerservice:ManagedCluster)", "location", "resourceGroupName"],
      ["hello (kubernetes:core/v1:Namespace)", "provider"],
    ]);
    expect(judged(recorded("update")).state).toBe("passed");
    expect(judged(recorded("pool")).state).toBe("passed");
    expect(judged(recorded("create")).state).toBe("passed");
  });
});

describe("what was not previewed", () => {
  const unseen = { stack: "prod", settings: [], settingProblems: [] };
  const fork = { ...reportOf(unseen), offline: "a pull request from a fork gets no credentials" };
  const expected = (...stacks: string[]): JudgeOptions => ({
    known: { expected: stacks.map((stack) => ({ stack, because: ["index.ts"] })), rules: [] },
  });

  it("stops a fork that touches an environment, until somebody accepts it without a preview", () => {
    expect(judge(fork)).toMatchObject({
      state: "stopped",
      reasons: [{ stack: "prod", kind: "unseen", text: expect.stringContaining("push the branch") as string }],
    });
    expect(judge(fork, true).state).toBe("overridden");
    expect(judge(fork, false, { settingsOnly: true }).state).toBe("passed");
    expect(judge({ ...reportOf(), offline: "a fork" }).state).toBe("passed");
  });

  it("stops an environment that the change touches and the report leaves out", () => {
    const forged = { ...reportOf(), untouched: ["dev", "prod"] };
    expect(judge(forged).state).toBe("passed");
    expect(judge(forged, false, expected("prod"))).toMatchObject({
      state: "stopped",
      reasons: [{ stack: "prod", kind: "unseen", causes: ["index.ts"] }],
    });
    expect(judge(reportOf(unseen), false, expected("prod")).state).toBe("stopped");
    expect(judge(reportOf(environment("prod", done([]))), false, expected("prod")).state).toBe("passed");
  });

  it("is reported once for a fork", () => {
    expect(judge(fork, false, expected("prod")).reasons).toHaveLength(1);
  });

  it("stops a change of the policies, which did not judge it", () => {
    const known = { expected: [], rules: ["policy/config/prod.json"] };
    expect(judge(reportOf(), false, { known })).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "rules", causes: ["policy/config/prod.json"], overridable: true }],
    });
  });
});

it.each([
  [reportOf(), "passed", 0],
  [reportOf(), "overridden", 0],
  [reportOf(), "stopped", 1],
  [{ ...reportOf(), failure: "no Pulumi" }, "stopped", 2],
] as const)("%j %s exits with %s", (report, state, expected) => {
  expect(exitCodeOf(report, { state, reasons: [] })).toBe(expected);
});
