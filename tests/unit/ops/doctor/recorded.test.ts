/** Diagnoses the causes of the end-to-end test again from their recorded observations. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { causeCodes } from "../../../../ops/doctor/causes/causeCodes.ts";
import { pullCases } from "../../../e2e/doctor/pullCases.ts";
import { runCases } from "../../../e2e/doctor/processCases.ts";
import { startCases } from "../../../e2e/doctor/startCases.ts";
import { recorded } from "./exampleObservations.ts";

const { findings, pods } = diagnose(recorded());
const codeOf = (name: string) =>
  findings.filter(({ affected }) => affected.includes(`pod/${name}`)).map(({ code }) => code);

it.each([...pullCases, ...startCases, ...runCases])("$name: $code", ({ name, code }) => {
  expect(codeOf(name)).toEqual([code]);
});

it("has one root cause for each pod, none of them unknown, in the order to fix them", () => {
  expect(findings.flatMap(({ affected }) => affected)).toHaveLength(pods.length);
  expect(findings.map(({ code }) => code)).not.toContain("not-diagnosed");
  const order = findings.map(({ code }) => causeCodes.indexOf(code));
  expect(order).toEqual([...order].sort((left, right) => left - right));
});

it("gives each finding evidence and a fix, and no finding contains an unfilled placeholder", () => {
  for (const finding of findings) {
    expect(finding.evidence.join("")).not.toBe("");
    expect(finding.mend).not.toHaveLength(0);
    expect(JSON.stringify(finding)).not.toMatch(/undefined|\[object|NaN/);
  }
});

it("names the limit and the peak of a process that reached its limit", () => {
  const killed = findings.find(({ code }) => code === "oom-killed");
  expect(killed?.evidence.join("\n")).toMatch(/exit code 137.*\n?.*memory limit 64Mi; peak (\d+Mi|the limit)/s);
  const heap = findings.find(({ code }) => code === "heap-exhausted");
  expect(heap?.evidence.join("\n")).toMatch(/heap before its last collections 2\d(\.\d+)? MiB/);
});

it("names the path of a refused write", () => {
  const titles = findings.filter(({ code }) => code === "read-only-filesystem").map(({ title }) => title);
  expect(titles.join()).toMatch(/\/data\.json/);
  expect(titles.join()).toMatch(/\/data\.txt/);
});

it("compares the observed start time with the probe's", () => {
  const slow = findings.find(({ code }) => code === "liveness-kills-slow-start");
  expect(slow?.evidence.join("\n")).toMatch(/killed \d+ s after its start; the probe allows 4 s/);
});

it("contains no value of any Secret", () => {
  expect(JSON.stringify(recorded())).not.toMatch(/puller|cHVsbGVy|"right"/);
});
