import { checks } from "../../../../../ops/checkImage/checks/allChecks.ts";
import { exitCodeOf, failureJson, toJson, toText, type Result } from "../../../../../ops/checkImage/checkResult.ts";
import { toJunit } from "../../../../../ops/checkImage/reports/junit.ts";
import { toSarif } from "../../../../../ops/checkImage/reports/sarif.ts";
import { verdictOf } from "../../../../../ops/checkImage/verdict.ts";
import { conditions, config, content, run } from "../faultlessEvidence.ts";

const resultOf = (part: Partial<Result> = {}): Result => ({
  ...{ image: "hello:1.2.3", source: "app/Dockerfile", conditions, milliseconds: 9000 },
  verdicts: checks.map((one) =>
    verdictOf(
      one,
      {
        reference: "hello:1.2.3",
        config: { ...config, user: "", labels: {} },
        content: { ...content, tools: ["bin/sh"] },
        conditions,
        run,
      },
      (code) => `docs/${code}.md`,
    ),
  ),
  ...part,
});

it("writes SARIF: a rule for each code, a result for each finding, at the Dockerfile", () => {
  const { version, runs } = JSON.parse(toSarif(resultOf())) as {
    version: string;
    runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
  };
  expect(version).toBe("2.1.0");
  expect(runs[0]?.tool.driver.rules.map(({ id }) => id)).toEqual(["base-unknown", "runs-as-root", "shell-in-image"]);
  expect(runs[0]?.results[1]).toMatchObject({
    ruleId: "runs-as-root",
    ruleIndex: 1,
    level: "error",
    locations: [{ physicalLocation: { artifactLocation: { uri: "app/Dockerfile" }, region: { startLine: 1 } } }],
  });
  expect(runs[0]?.results.map(({ level }) => level)).toEqual(["note", "error", "note"]);
});

it("writes JUnit: a test case for each check, failed only by a finding, with text that XML allows", () => {
  const xml = toJunit(resultOf({ image: 'a<b>&"c"\u0007', incomplete: "the engine went away" }));
  expect(xml).toContain('<testsuite name="a&lt;b&gt;&amp;&quot;c&quot;"');
  expect(xml).toContain(`tests="${checks.length + 1}" failures="1" errors="1"`);
  expect(xml).toContain('<failure type="runs-as-root" message="the image names no USER, so it runs as root">');
  expect(xml).toContain('<error message="the engine went away"/>');
  expect(xml.match(/<testcase /g)).toHaveLength(checks.length + 1);
  // Notes do not fail anything.
  expect(xml.match(/<failure /g)).toHaveLength(1);
});

it("says what was seen until a check was ended, and what the machine could not provide", () => {
  const result = resultOf({ incomplete: "not done after 300 s", bounds: ["this machine has 2"] });
  expect(toText(result, { color: false, width: 160 })).toContain("not complete: not done after 300 s\n");
  expect(JSON.parse(toJson(result))).toMatchObject({
    incomplete: "not done after 300 s",
    bounds: ["this machine has 2"],
  });
  expect(exitCodeOf(result)).toBe(1);
  expect(exitCodeOf({ ...result, verdicts: [] })).toBe(2);
  expect(JSON.parse(failureJson("hello", "no engine"))).toEqual({
    ...{ image: "hello", ok: false, error: "no engine" },
    ...{ findings: [], checks: [] },
  });
});

it("gives each vulnerability a fingerprint of its own in SARIF, the same in every run", () => {
  const vulnerability = (id: string, seen: string) => ({
    ...({ code: "vulnerability-high", level: "finding", seen, why: "w", mend: "m", docs: "d" } as const),
    subject: `${id} openssl`,
  });
  const fingerprints = (age: number) => {
    const findings = [vulnerability("CVE-2026-1", `a ${age}`), vulnerability("CVE-2026-22", `a ${age}`)];
    const verdicts = [{ check: "vulnerabilities", title: "t", status: "finding", seen: "", findings } as const];
    const { runs } = JSON.parse(toSarif(resultOf({ verdicts: [...verdicts] }))) as {
      runs: { results: { partialFingerprints: Record<string, string> }[] }[];
    };
    return runs[0]?.results.map(({ partialFingerprints }) => partialFingerprints["tarmac/v1"]);
  };
  expect(fingerprints(1)).toEqual([
    "vulnerability-high::CVE-2026-1 openssl",
    "vulnerability-high::CVE-2026-22 openssl",
  ]);
  expect(fingerprints(2)).toEqual(fingerprints(1));
});
