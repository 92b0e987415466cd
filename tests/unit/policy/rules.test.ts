/** The cases of every rule: resources that pass, fail with a message, or are undecided in a preview. */
import { rules } from "../../../policy/rules/all.ts";
import { azureCases } from "./cases/azureCases.ts";
import { podCases, rightContainer, rightPod } from "./cases/podCases.ts";
import type { RuleCases } from "./cases/ruleCases.ts";
import { judged, unknown } from "./judged.ts";

const cases = { ...podCases, ...azureCases };
const flat = <K extends keyof RuleCases>(kind: K) =>
  Object.entries(cases).flatMap(([id, own]) =>
    (own[kind] as RuleCases[K][number][]).map((one) => ({ id, title: one[0], one })),
  );

it("has all three kinds of cases for every rule; rules about whole stacks have tests of their own", () => {
  const missing = rules
    .filter(({ on }) => on !== "stack")
    .filter(({ id }) => !Object.values(cases[id] ?? { right: [] }).every((list: unknown[]) => list.length > 0));
  expect(missing.map(({ id }) => id)).toEqual([]);
  expect(Object.keys(cases).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
});

it.each(flat("right"))("$id accepts: $title", ({ id, one: [, resource, config] }) => {
  expect(judged(id, resource, config)).toEqual({ violations: [] });
});

it.each(flat("wrong"))("$id reports: $title", ({ id, one: [, resource, says, config] }) => {
  const rule = rules.find((one) => one.id === id);
  const { violations, notApplicable } = judged(id, resource, config);
  expect(notApplicable).toBeUndefined();
  expect(violations.map(({ message }) => message.split("\n"))).toEqual([
    [...says, `Why: ${rule?.reason}`, `Fix: ${rule?.fix}`, `See: ${rule?.reference}`],
  ]);
});

it.each(flat("undecided"))("$id leaves to the update: $title", ({ id, one: [, resource, paths, config] }) => {
  expect(judged(id, resource, config)).toEqual({
    violations: [],
    notApplicable: `not known at preview: ${paths.join(", ")}`,
  });
});

describe("pods", () => {
  const bare = {
    containers: [{ name: "app", image: "app" }],
    initContainers: [{ name: "setup", image: "setup" }],
    ephemeralContainers: [{ name: "debug", image: "debug" }],
  };
  const says = (type: string, props: object) =>
    judged("image-exact", { type, props: props as Record<string, unknown> })
      .violations[0]?.message.split("\n")
      .slice(0, 3);

  it.each([
    ["kubernetes:core/v1:Pod", { spec: bare }, "spec"],
    ["kubernetes:core/v1:PodTemplate", { template: { spec: bare } }, "template.spec"],
    ["kubernetes:core/v1:ReplicationController", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:apps/v1:Deployment", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:apps/v1beta2:Deployment", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:extensions/v1beta1:Deployment", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:apps/v1:StatefulSet", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:apps/v1:DaemonSet", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:apps/v1:ReplicaSet", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    ["kubernetes:batch/v1:Job", { spec: { template: { spec: bare } } }, "spec.template.spec"],
    [
      "kubernetes:batch/v1:CronJob",
      { spec: { jobTemplate: { spec: { template: { spec: bare } } } } },
      "spec.jobTemplate.spec.template.spec",
    ],
  ])("are found in %s, with all of their containers", (type, props, path) => {
    expect(says(type, props)).toEqual([
      `container "app" runs the image "app", which has no tag and has no digest (${path}.containers[0].image)`,
      `init container "setup" runs the image "setup", which has no tag and has no digest (${path}.initContainers[0].image)`,
      `ephemeral container "debug" runs the image "debug", which has no tag and has no digest (${path}.ephemeralContainers[0].image)`,
    ]);
  });

  it.each([
    "kubernetes:core/v1:Service",
    "kubernetes:apps/v1:DeploymentPatch",
    "kubernetes:core/v1:constructor",
    "aws:ecs/service:Service",
  ])("are not read in %s", (type) => {
    expect(judged("image-exact", { type, props: { spec: { template: { spec: bare } } } })).toEqual({
      violations: [],
      notApplicable: "the rule does not apply to resources of this type",
    });
  });

  it("are reported for one bad container even if another is unknown", () => {
    const spec = {
      ...rightPod,
      containers: [{ ...rightContainer, image: "app:latest" }],
      initContainers: unknown,
    };
    const { violations, notApplicable } = judged("image-exact", { type: "kubernetes:core/v1:Pod", props: { spec } });
    expect(notApplicable).toBeUndefined();
    expect(violations).toHaveLength(1);
  });

  it("need no limits for ephemeral containers, which cannot have any", () => {
    const spec = { ...rightPod, ephemeralContainers: [{ name: "debug" }] };
    expect(judged("resources-bounded", { type: "kubernetes:core/v1:Pod", props: { spec } })).toEqual({
      violations: [],
    });
  });
});
