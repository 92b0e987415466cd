import {
  approvedChanges,
  handedOn,
  judgeDeployment,
  linesOf,
  type GateQuestion,
} from "../../../../ops/deploy/deploymentGate.ts";
import { gateMarkdown } from "../../../../ops/deploy/gateMarkdown.ts";
import type { Brought } from "../../../../ops/deploy/mergedPullRequests.ts";
import { hashOfChange } from "../../../../ops/previewReport/consentRecord.ts";
import { change, done, recorded } from "../previewReport/recorded.ts";

const cluster = "hello (azure-native:containerservice:ManagedCluster)";
const replaces = done([change()]);
const judged = (more: Partial<GateQuestion> = {}) =>
  judgeDeployment({ stack: "prod", preview: replaces, allowed: [], ...more });
const brought = (more: Partial<Brought> = {}): Brought => ({ numbers: [7], accepted: [], seen: {}, ...more });
const consent = {
  stack: "prod",
  kind: "replace" as const,
  resource: cluster,
  causes: ["location"],
  by: "grace",
  number: 7,
};

describe("a deployment", () => {
  it("passes if no guarded resource is affected", () => {
    expect(judged({ preview: recorded("update") }).verdict.state).toBe("passed");
  });

  it("is stopped at a replaced cluster, and names the property that causes it", () => {
    const judgement = judged();
    expect(judgement.verdict).toMatchObject({ state: "stopped", reasons: [{ kind: "replace", resource: cluster }] });
    expect(linesOf(judgement)).toEqual([
      `  not accepted: replace: ${cluster}: location: every workload on the cluster goes with it`,
    ]);
  });

  it.each(["hello", cluster, change().urn])("does what is allowed by name: %s", (name) => {
    expect(judged({ allowed: [name] })).toMatchObject({
      verdict: { state: "passed" },
      accepted: [`replace of ${cluster}: allowed by --allow-replace ${name}`],
    });
  });

  it("does nothing else that is not allowed", () => {
    const preview = done([change(), change({ name: "other" })]);
    expect(judged({ preview, allowed: ["hello"] }).verdict.reasons.map(({ resource }) => resource)).toEqual([
      "other (azure-native:containerservice:ManagedCluster)",
    ]);
  });

  it("does what was accepted on the pull request, and names who accepted it", () => {
    expect(judged({ brought: brought({ accepted: [consent] }) })).toMatchObject({
      verdict: { state: "passed" },
      accepted: [`replace of ${cluster}: accepted by grace on pull request #7`],
    });
  });

  it.each([
    ["for another environment", { stack: "dev" }],
    ["of another resource", { resource: "other (azure-native:containerservice:ManagedCluster)" }],
    ["of a deletion", { kind: "delete" as const }],
    ["for another cause", { causes: ["dnsPrefix"] }],
  ])("is stopped by a consent %s", (_, other) => {
    expect(judged({ brought: brought({ accepted: [{ ...consent, ...other }] }) }).verdict.state).toBe("stopped");
  });

  it("is stopped by a policy, whatever was accepted, because the update would stop halfway", () => {
    const policy = [
      { policy: "image-exact", pack: "tarmac", mandatory: true, resource: "hello (x)", text: "By digest" },
    ];
    const accepted = [{ ...consent, kind: "policy" as const, resource: "hello (x)", causes: ["image-exact"] }];
    expect(
      judged({ preview: done([], { policy }), allowed: ["hello"], brought: brought({ accepted }) }).verdict,
    ).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "policy", overridable: false }],
    });
  });

  it("is stopped if it cannot be previewed, or affects a protected resource", () => {
    expect(judged({ preview: recorded("badSetting") })).toMatchObject({ verdict: { state: "stopped" } });
    expect(linesOf(judged({ preview: recorded("badSetting") })).join("\n")).toContain(
      "use a whole number from 1 to 1000",
    );
    expect(judged({ preview: done([change({ protected: true })]), allowed: ["hello"] }).verdict.state).toBe("stopped");
  });
});

describe("a difference from the pull request", () => {
  const create = change({ action: "create", type: "kubernetes:core/v1:Service", urn: "urn:a", properties: [] });
  const update = change({ action: "update", type: "kubernetes:apps/v1:Deployment", urn: "urn:b", properties: [] });
  const preview = done([create, update]);

  it("is named", () => {
    const seen = { prod: new Set([hashOfChange(create)]) };
    expect(judged({ preview, brought: brought({ numbers: [7, 9], seen }) }).differences).toEqual([
      "pull requests #7, #9 did not show: update hello (kubernetes:apps/v1:Deployment)",
    ]);
    expect(judged({ preview, brought: brought() }).differences).toEqual([
      "pull request #7 did not show what happens to prod",
    ]);
    expect(judged({ preview, brought: brought({ numbers: [] }) }).differences).toEqual([
      "no pull request brought this commit: nobody saw these changes before",
    ]);
    expect(judged({ preview: done([]), brought: brought({ numbers: [] }) }).differences).toEqual([]);
    expect(judged({ preview }).differences).toEqual([]);
  });
});

describe("an approved change", () => {
  const create = change({ action: "create", type: "kubernetes:core/v1:Service", urn: "urn:a", properties: [] });

  it("is passed on, even if nothing changes", () => {
    expect(handedOn(judged({ preview: done([]) }))).toBe("changes");
    expect(approvedChanges("changes")).toEqual(new Set());
    expect(approvedChanges("")).toBeUndefined();
    expect(() => approvedChanges("true")).toThrow('"true" is not the output of "tarmac deploy --preview"');
  });

  it("is the only thing that happens", () => {
    const approved = approvedChanges(handedOn(judged({ preview: done([create]) })));
    expect(judged({ preview: done([create]), approved }).verdict.state).toBe("passed");
    expect(judged({ preview: done([]), approved }).verdict.state).toBe("passed");
    const update = change({ action: "update", type: "kubernetes:apps/v1:Deployment", urn: "urn:b", properties: [] });
    expect(judged({ preview: done([create, update]), approved }).verdict).toMatchObject({
      state: "stopped",
      reasons: [
        { text: "the preview that was approved did not have it: update hello (kubernetes:apps/v1:Deployment)" },
      ],
    });
  });
});

it("the summary says what happens, what blocks it, who accepted it, and what nobody saw", () => {
  const preview = done([change(), change({ name: "other" })]);
  const text = gateMarkdown("prod", judged({ preview, allowed: ["other"], brought: brought() }));
  expect(text).toMatch(/^## prod: what this deployment changes: stopped\n/);
  expect(text).toContain("**This does not pass.** Nothing was changed.");
  expect(text).toContain("| `prod` | – | – | **2** |");
  expect(text).toContain("**Accepted**\n\n- replace of other");
  expect(text).toContain("**Not seen before**\n\n- pull request #&#8203;7 did not show what happens to prod");
});
