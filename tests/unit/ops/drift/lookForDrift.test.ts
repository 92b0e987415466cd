import { readFileSync } from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { Collected, lookArguments } from "../../../../ops/drift/lookForDrift.ts";
import { markdown, stateOf, text, type Finding } from "../../../../ops/drift/driftText.ts";

/** The engine's events for a stack after `kubectl scale`, `kubectl set env` and `kubectl delete pdb`. */
const recorded = readFileSync(new URL("recordings/drifted.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as EngineEvent);

const collect = (events: readonly EngineEvent[], exitCode = 0, other = "") => {
  const collected = new Collected();
  for (const event of events) collected.take(event);
  return collected.result(exitCode, other);
};

const finding = (look: Partial<Finding> = {}): Finding => ({
  ...{ stack: "prod", time: "2026-11-23T06:00:00.000Z", drifted: [], looked: 25, problems: [] },
  ...look,
});

test("reads drift from the engine's events, by resource and property, with both values", () => {
  const { drifted, looked, problems } = collect(recorded);
  expect(problems).toEqual([]);
  expect(looked).toBe(17);
  expect(drifted.map(({ what, type, name }) => [what, type, name])).toEqual([
    ["deleted", "kubernetes:policy/v1:PodDisruptionBudget", "driftlab"],
    ["changed", "kubernetes:apps/v1:Deployment", "driftlab"],
  ]);
  expect(drifted[1]?.properties).toEqual([
    { path: "spec.replicas", kind: "update", replaces: false, before: "2", after: "3" },
    {
      ...{ path: "spec.template.spec.containers[0].env[1].value", kind: "update", replaces: false },
      ...{ before: "5", after: "6" },
    },
  ]);
});

test("a resource as the update left it is not drift", () => {
  const calm = recorded.filter(({ resOutputsEvent }) => !/update|delete/.test(resOutputsEvent?.metadata.op ?? ""));
  expect(stateOf(collect(calm))).toBe("none");
});

test("reports why a check failed, whether the engine or the CLI says so", () => {
  const event = {
    sequence: 1,
    timestamp: 1,
    diagnosticEvent: {
      message: "error: dial tcp: connection refused\n",
      severity: "error",
      color: "never",
      urn: "urn:pulumi:prod::tarmac::tarmac:kubernetes:Workload$kubernetes:apps/v1:Deployment::hello",
    },
  } as EngineEvent;
  expect(collect([event], 255).problems).toEqual([
    "hello (kubernetes:apps/v1:Deployment): error: dial tcp: connection refused",
  ]);
  expect(collect([], 255, "no stack named 'prod' found").problems).toEqual(["no stack named 'prod' found"]);
  expect(stateOf(collect([], 1))).toBe("unseen");
});

test("a check changes neither the state nor the environment", () => {
  const args = lookArguments({ stack: "prod", folder: ".", configFile: "P.yaml", runProgram: true });
  expect(args.slice(0, 2)).toEqual(["refresh", "--preview-only"]);
  expect(args).toEqual(expect.arrayContaining(["--config-file", "P.yaml", "--run-program"]));
  expect(args).not.toContain("--yes");
});

test("prints drift by resource and property, with the fix", () => {
  expect(text(finding(collect(recorded)))).toBe(
    [
      "prod: 2 of 17 resources are not as the last update left them",
      "  deleted driftlab (kubernetes:policy/v1:PodDisruptionBudget)",
      "  changed driftlab (kubernetes:apps/v1:Deployment)",
      "    spec.replicas: 2 -> 3",
      "    spec.template.spec.containers[0].env[1].value: 5 -> 6",
      "Revert the changes: npx tarmac deploy prod --refresh. Or write the changes into the program, and then: pulumi refresh --stack prod",
    ].join("\n"),
  );
});

test("reports no drift, and what could not be read, as such", () => {
  expect(text(finding())).toBe("prod: no drift in 25 resources");
  expect(text(finding({ problems: ["hello (a:b:C): dial tcp\nrefused"] }))).toBe(
    "prod: could not check (1 problem)\n  could not check: hello (a:b:C): dial tcp\n    refused",
  );
});

test("in Markdown, values of others are shown verbatim, without markup or mentions", () => {
  const shown = markdown(
    finding({
      drifted: [
        {
          ...{ what: "changed", type: "azure-native:resources:ResourceGroup", name: "hello-prod", urn: "u" },
          properties: [
            { path: "tags.owner", kind: "update", replaces: false, before: "jo", after: "@everyone | `x`" },
            { path: "tags.note", kind: "add", replaces: false },
            { path: "tags.app", kind: "delete", replaces: false, before: "hello" },
          ],
        },
      ],
    }),
  );
  expect(shown).toContain("| `` @everyone \\| `x` `` |");
  expect(shown).toContain("| `tags.note` | `not set` | `something else` |");
  expect(shown).toContain("| `tags.app` | `hello` | `gone` |");
  expect(shown).toContain("`npx tarmac deploy prod --refresh`");
});
