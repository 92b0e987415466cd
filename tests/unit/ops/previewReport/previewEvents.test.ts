import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { eventsOf, previewOf, recorded, type Recording } from "./recorded.ts";

const actions = (recording: Recording) =>
  recorded(recording).changes.reduce<Record<string, number>>(
    (counts, { action }) => ({ ...counts, [action]: (counts[action] ?? 0) + 1 }),
    {},
  );

describe("previews recorded from the engine", () => {
  it.each<[Recording, Record<string, number>, number]>([
    ["create", { create: 17 }, 0],
    ["nothing", {}, 17],
    ["update", { update: 1 }, 16],
    ["replace", { replace: 16, update: 1 }, 0],
    ["rename", { create: 17, delete: 17 }, 0],
    ["pool", { update: 1, delete: 1 }, 16],
  ])("%s", (recording, expected, unchanged) => {
    expect(actions(recording)).toEqual(expected);
    expect(recorded(recording)).toMatchObject({ outcome: "done", unchanged, errors: [], warnings: [], policy: [] });
  });

  it("report which properties change, with the old and the new values", () => {
    expect(recorded("update").changes).toEqual([
      expect.objectContaining({
        action: "update",
        type: "kubernetes:apps/v1:Deployment",
        name: "hello",
        properties: [
          { path: "spec.replicas", kind: "update", replaces: false, before: "1", after: "2" },
          {
            ...{ path: "spec.template.spec.containers[0].env[5].name", kind: "update", replaces: false },
            ...{ before: "LOG_LEVEL", after: "ADDED" },
          },
          {
            ...{ path: "spec.template.spec.containers[0].env[5].value", kind: "update", replaces: false },
            ...{ before: "info", after: "x" },
          },
          {
            ...{ path: "spec.template.spec.containers[0].env[6]", kind: "add", replaces: false },
            after: '{"name":"LOG_LEVEL","value":"debug"}',
          },
        ],
      }),
    ]);
  });

  it("report which property replaces a resource, including its provider", () => {
    const { changes } = recorded("replace");
    const causes = (type: string) =>
      changes.find((change) => change.type === type)?.properties.filter(({ replaces }) => replaces);
    expect(causes("azure-native:resources:ResourceGroup")).toEqual([
      { path: "location", kind: "update", replaces: true, before: "westeurope", after: "northeurope" },
    ]);
    expect(causes("azure-native:containerservice:ManagedCluster")?.map(({ path }) => path)).toEqual([
      "location",
      "resourceGroupName",
    ]);
    expect(causes("kubernetes:core/v1:Namespace")).toEqual([
      { path: "provider", kind: "update", replaces: true, after: "hello-kubernetes, which is replaced" },
    ]);
    expect(causes("pulumi:providers:kubernetes")).toEqual([
      { path: "kubeconfig", kind: "update", replaces: true, before: "[secret]", after: "[secret]" },
    ]);
  });

  it("name the resource created in place of a deleted one, if that is certain", () => {
    const { changes } = recorded("rename");
    const instead = (type: string) =>
      changes
        .filter((change) => change.type === type && change.action === "delete")
        .map((change) => change.insteadCreated);
    expect(instead("azure-native:containerservice:ManagedCluster")).toEqual(["hello2"]);
    // Two are deleted and two created, so it is unknown which replaces which.
    expect(instead("azure-native:managedidentity:UserAssignedIdentity")).toEqual([undefined, undefined]);
  });

  it("fail with the program's own message", () => {
    const { outcome, errors, changes } = recorded("badSetting");
    expect({ outcome, changes }).toEqual({ outcome: "failed", changes: [] });
    expect(errors).toEqual([{ text: expect.stringContaining("tarmac:replicas: 0 is out of range") as string }]);
  });

  it("continue past protected resources, and say so", () => {
    const { changes } = recorded("protected");
    expect(changes.filter((change) => change.protected).map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "azure-native:containerregistry:Registry",
        "azure-native:containerservice:ManagedCluster",
        "azure-native:containerservice:AgentPool",
        "kubernetes:core/v1:Namespace",
      ]),
    );
  });

  it("contain no debug messages, which hold tokens", () => {
    const message = "Invoke RPC finished: resp: token,,,eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhcmVhbG9uZSJ9.c2lnbmF0dXJl";
    const debug = { sequence: 1, timestamp: 1, diagnosticEvent: { message, color: "never", severity: "debug" } };
    const seen = previewOf([debug as unknown as EngineEvent, ...eventsOf("nothing")]);
    expect(JSON.stringify(seen)).not.toContain("eyJ");
  });
});

const event = (more: Partial<EngineEvent>): EngineEvent => ({ sequence: 1, timestamp: 1, ...more });
const summary = (result: string) =>
  event({
    summaryEvent: { maybeCorrupt: false, durationSeconds: 3, resourceChanges: {}, policyPacks: {}, ...{ result } },
  });
const policy = (enforcementLevel: "warning" | "mandatory") =>
  event({
    policyEvent: {
      ...{ policyName: "image-exact", policyPackName: "tarmac", policyPackVersion: "1", policyPackVersionTag: "1" },
      ...{ enforcementLevel, color: "never", message: "the image has no digest\n" },
      resourceUrn: "urn:pulumi:dev::tarmac::a:b:C$kubernetes:apps/v1:Deployment::hello",
    },
  });

describe("events", () => {
  it("of a policy are findings; a mandatory one does not make the preview incomplete", () => {
    expect(previewOf([policy("mandatory"), policy("mandatory"), summary("failed")], 255)).toMatchObject({
      outcome: "done",
      errors: [],
      policy: [
        {
          ...{ policy: "image-exact", mandatory: true, text: "the image has no digest" },
          resource: "hello (kubernetes:apps/v1:Deployment)",
        },
      ],
    });
  });

  it("of advice beside a failure do not hide the failure", () => {
    expect(previewOf([policy("warning"), summary("failed")], 255, "no such host")).toMatchObject({
      outcome: "failed",
      errors: [{ text: "no such host" }],
    });
  });

  it("that never arrived are a failure with the CLI's last output", () => {
    expect(previewOf([], 255, "no stack named 'prod' found")).toMatchObject({
      outcome: "failed",
      errors: [{ text: "no stack named 'prod' found" }],
    });
  });

  it("of an engine that fails after a successful preview are a failure", () => {
    expect(previewOf([summary("succeeded")], 1, "cannot close")).toMatchObject({ outcome: "failed" });
  });

  it("of a resource of any version name its type in the SDK", () => {
    const urn = "urn:pulumi:dev::tarmac::azure-native:resources:Resource::hello";
    const inputs = { resourceProviderNamespace: "Microsoft.ContainerRegistry", resourceType: "registries" };
    const old = { type: "azure-native:resources:Resource", urn, custom: true, inputs, outputs: {}, id: "x" };
    const metadata = { op: "delete", urn, type: old.type, old: { ...old, parent: "", provider: "" }, provider: "" };
    expect(previewOf([event({ resourcePreEvent: { metadata } as never }), summary("succeeded")]).changes).toMatchObject(
      [{ action: "delete", type: old.type, ownType: "azure-native:containerregistry:Registry" }],
    );
  });

  it.each([
    ["alone", [], true],
    ["beside one with a taint", [["same", "gpu", ["sku=gpu:NoSchedule"]]], true],
    ["beside another that is replaced", [["replace", "more", []]], true],
    ["beside one that stays", [["same", "more", []]], undefined],
    [
      "beside one that is created with a preferred taint only",
      [["create", "more", ["a=b:PreferNoSchedule"]]],
      undefined,
    ],
  ] as const)("of a node pool say whether it is the last that accepts pods: %s", (_, others, lastPool) => {
    const type = "azure-native:containerservice:AgentPool";
    const step = (op: string, name: string, nodeTaints: readonly string[]) => {
      const urn = `urn:pulumi:dev::tarmac::${type}::${name}`;
      const state = { type, urn, custom: true, id: "x", parent: "", inputs: { nodeTaints }, outputs: {}, provider: "" };
      return event({
        resourcePreEvent: { metadata: { op, urn, type, old: state, new: state, provider: "" } } as never,
      });
    };
    const events = [
      step("replace", "apps", []),
      ...others.map(([op, name, taints]) => step(op, name, taints)),
      summary("succeeded"),
    ];
    expect(previewOf(events).changes.find(({ name }) => name === "apps")?.lastPool).toBe(lastPool);
  });

  describe("of a registry whose role mode changes", () => {
    const registryId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/hello";
    const reader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";
    const step = (op: string, type: string, old: object | undefined, inputs: object) => {
      const urn = `urn:pulumi:dev::tarmac::${type}::hello`;
      const state = { type, urn, custom: true, id: registryId, parent: "", outputs: {}, provider: "" };
      const states = { new: { ...state, inputs }, ...(old && { old: { ...state, inputs: old } }) };
      return event({ resourcePreEvent: { metadata: { op, urn, type, ...states, provider: "" } } as never });
    };
    const type = "azure-native:containerregistry/v20251101:Registry";
    const to = (roleAssignmentMode: string, from: object = {}) => step("update", type, from, { roleAssignmentMode });
    const grant = (op: string, role: string, scope: string = registryId) =>
      step(op, "azure-native:authorization:RoleAssignment", undefined, {
        ...{ scope, roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${role}` },
      });
    const refused = (...events: Parameters<typeof previewOf>[0]) =>
      previewOf([...events, summary("succeeded")]).changes.find((change) => change.type.endsWith(":Registry"))
        ?.refusesPulls;
    const abac = "AbacRepositoryPermissions";

    it("say that pulls are refused if the nodes get the role of the new mode only now", () => {
      expect(refused(to(abac), grant("create", reader))).toBe(true);
      expect(refused(to(abac, { roleAssignmentMode: "LegacyRegistryPermissions" }), grant("create", reader))).toBe(
        true,
      );
      // A preview does not know the scope.
      expect(refused(to(abac), grant("create", reader, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"))).toBe(true);
    });

    it.each([
      ["the role exists", [to(abac), grant("same", reader)]],
      ["another role is granted", [to(abac), grant("create", "7f951dda-4ed3-4680-a7ca-43fe172d538d")]],
      ["the role is for another registry", [to(abac), grant("create", reader, registryId.replace(/hello$/, "other"))]],
      ["only the stated mode is new", [to("LegacyRegistryPermissions"), grant("create", reader)]],
      ["the mode does not change", [to(abac, { roleAssignmentMode: abac }), grant("create", reader)]],
      ["the registry is new", [step("create", type, undefined, { roleAssignmentMode: abac }), grant("create", reader)]],
    ])("say nothing if %s", (_, events) => {
      expect(refused(...events)).toBeUndefined();
    });
  });

  it("of a node pool with a taint say nothing, because it accepts no pods without a toleration", () => {
    const type = "azure-native:containerservice:AgentPool";
    const urn = `urn:pulumi:dev::tarmac::${type}::gpu`;
    const inputs = { nodeTaints: ["sku=gpu:NoSchedule"] };
    const state = { type, urn, custom: true, id: "x", parent: "", inputs, outputs: {}, provider: "" };
    const replaced = { op: "replace", urn, type, old: state, new: state, provider: "" };
    const { changes } = previewOf([event({ resourcePreEvent: { metadata: replaced } as never }), summary("succeeded")]);
    expect(changes[0]).not.toHaveProperty("lastPool");
  });

  it("of a resource that is kept in the cloud are not a deletion", () => {
    const urn = "urn:pulumi:dev::tarmac::azure-native:resources:ResourceGroup::hello";
    const old = { type: "azure-native:resources:ResourceGroup", urn, custom: true, retainOnDelete: true };
    const metadata = {
      op: "delete",
      urn,
      type: old.type,
      old: { ...old, id: "x", parent: "", inputs: {}, outputs: {}, provider: "" },
      provider: "",
    };
    expect(previewOf([event({ resourcePreEvent: { metadata } as never }), summary("succeeded")]).changes).toMatchObject(
      [{ action: "forget", name: "hello" }],
    );
  });
});
