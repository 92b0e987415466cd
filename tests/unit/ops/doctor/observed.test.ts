/** Each broken workload has exactly one finding, the right one, and healthy workloads have none. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { observedCases, observedOf } from "./observedCases.ts";

it.each(observedCases.map((one) => [one.code ?? "well", one.made, one] as const))("%s: %s", (_, __, one) => {
  const { findings } = diagnose(observedOf(one));
  expect(findings.map(({ code }) => code)).toEqual(one.code === undefined ? [] : [one.code]);
  const [finding] = findings;
  if (one.says !== undefined) expect(finding?.title).toMatch(one.says);
  if (one.fixedBy !== undefined)
    expect(finding?.mend.map(({ command = "" }) => command)).toContainEqual(expect.stringContaining(one.fixedBy));
  expect(JSON.stringify(finding ?? {})).not.toMatch(/undefined|\[object|NaN/);
});
