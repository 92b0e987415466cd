import { checks } from "../../../../ops/checkImage/checks/allChecks.ts";
import type { Evidence } from "../../../../ops/checkImage/runEvidence.ts";
import { exitCodeOf, terminalOf, toJson, toText, type Result } from "../../../../ops/checkImage/checkResult.ts";
import { verdictOf } from "../../../../ops/checkImage/verdict.ts";
import { conditions, config, content, run } from "./faultlessEvidence.ts";

function resultOf(change: Partial<Evidence> = {}): Result {
  const evidence: Evidence = { reference: "hello:1.2.3", config, content, conditions, run, ...change };
  const verdicts = checks.map((check) => verdictOf(check, evidence, (code) => `docs/check-image.md#${code}`));
  return { image: "hello:1.2.3", source: "app/Dockerfile", conditions, verdicts, milliseconds: 9000 };
}
const plain = { color: false, width: 160 };
const bad = () =>
  resultOf({
    config: { ...config, user: "", healthcheck: true, labels: {} },
    run: { ...run, load: { requests: 2000, failed: 2, failure: "status 500", seconds: 1 } },
  });

it("says that nothing is wrong, and what was checked", () => {
  const text = toText(resultOf(), plain);
  expect(text).toContain("as user 10001, 256 Mi memory, 0.5 CPU, PORT=8080; settings: defaults\n");
  expect(text).toMatch(/✓ fine {5}runs as a numeric user other than root +USER 10001:10001\n/);
  expect(text).toContain("\nFine: 23 checks, 2 skipped, 0 warnings, 0 notes, in 9.00 s\n");
  expect(exitCodeOf(resultOf())).toBe(0);
});

it("explains findings first, then warnings, then notes", () => {
  const text = toText(bad(), plain);
  const order = ["✗ runs-as-root", "! fails-under-load", "i base-unknown", "i healthcheck-ignored"];
  const places = order.map((part) => text.indexOf(`\n${part}\n`));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(text).toContain(
    [
      "✗ runs-as-root",
      "    seen  the image names no USER, so it runs as root",
      "    why   a pod with runAsNonRoot does not start (CreateContainerConfigError); without runAsNonRoot, a process that escapes the container is root on the node",
      '    fix   end the Dockerfile\'s last stage with a numeric user, e.g. "USER 10001:10001"',
      "    docs  docs/check-image.md#runs-as-root",
    ].join("\n"),
  );
  // Without a peak, the result has no check of the memory.
  expect(text).toContain("1 finding: 21 checks, 4 skipped, 1 warning, 2 notes, in 9.00 s");
  expect(exitCodeOf(bad())).toBe(1);
});

it("does not count warnings and notes for the exit code", () => {
  expect(exitCodeOf(resultOf({ config: { ...config, healthcheck: true } }))).toBe(0);
});

it("says why the image was not run", () => {
  const result = { ...resultOf({ run: undefined }), notRun: "it is for linux/arm64, and this engine is linux/amd64" };
  expect(toText(result, plain)).toContain("not run: it is for linux/arm64, and this engine is linux/amd64\n");
  expect(result.verdicts.filter(({ status }) => status === "skipped").map(({ check }) => check)).toEqual([
    "start",
    "port",
    "health",
    "writes",
    "memory",
    "load",
    "probes",
    "processes",
    "drain",
    "exit",
  ]);
});

it("fits a terminal, in color", () => {
  const text = toText(bad(), { color: true, width: 80 });
  expect(text).toContain("\u001b[31m✗ FINDING\u001b[39m");
  // eslint-disable-next-line no-control-regex
  const lines = text.replaceAll(/\u001b\[\d+m/g, "").split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

it.each([
  [{ isTTY: true, columns: 120 }, {}, { color: true, width: 120 }],
  [{ isTTY: true, columns: 120 }, { NO_COLOR: "1" }, { color: false, width: 120 }],
  [{ isTTY: true }, { TERM: "dumb" }, { color: false, width: 100 }],
  [{}, {}, { color: false, width: 160 }],
])("colors %j with %j: %j", (stream, environment, terminal) => {
  expect(terminalOf(stream, environment)).toEqual(terminal);
});

it("gives programs the same results, without the values of variables", () => {
  const secret = { ...conditions, environment: { API: "hidden-value" } };
  const json = toJson({ ...bad(), conditions: secret });
  const result = JSON.parse(json) as Record<string, unknown>;
  expect(result).toMatchObject({
    image: "hello:1.2.3",
    ok: false,
    milliseconds: 9000,
    conditions: { memory: 268435456, environment: ["API"] },
    findings: [
      { code: "base-unknown", level: "note" },
      { code: "runs-as-root", level: "finding", docs: "docs/check-image.md#runs-as-root" },
      { code: "healthcheck-ignored", level: "note" },
      { code: "fails-under-load", level: "warning" },
    ],
  });
  expect(json).not.toContain("hidden-value");
  expect(result.checks).toHaveLength(25);
});

it("names each check once", () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});
