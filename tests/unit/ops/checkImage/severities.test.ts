import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeProblem, readPolicy, withSeverities } from "../../../../ops/checkImage/severities.ts";
import { verdictOf } from "../../../../ops/checkImage/verdict.ts";
import { files } from "../../../../ops/checkImage/checks/fileCheck.ts";
import { conditions, config, content } from "./faultlessEvidence.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const policy = (text: string, stack?: string) => {
  const file = join(folder, "policy.yaml");
  writeFileSync(file, text);
  return readPolicy(file, stack);
};

const verdict = () =>
  verdictOf(
    files,
    { reference: "hello:1", config, conditions, content: { ...content, setuid: ["app/become"], worldWritable: ["x"] } },
    (code) => code,
  );

it("reads severities for all stacks, overridden by the stack's own", () => {
  const text = "severities:\n  base-floating: note\n  large-image: off\nstacks:\n  prod:\n    base-floating: finding\n";
  expect([...policy(text)]).toEqual([
    ["base-floating", "note"],
    ["large-image", "off"],
  ]);
  expect(policy(text, "prod").get("base-floating")).toBe("finding");
  expect(policy(text, "dev").get("base-floating")).toBe("note");
});

it.each([
  [
    "severities: { base-flaoting: note }",
    'severities: "base-flaoting" is not a code of a finding; did you mean "base-floating"?',
  ],
  [
    "severities: { base-floating: error }",
    'severities.base-floating: "error" is not a severity: use one of finding, warning, note, off',
  ],
  ["severity: {}", '"severity" is not known; use severities'],
  ["- a", "the file is no map"],
])("refuses %s", (text, message) => {
  expect(() => policy(text)).toThrow(message);
});

it("names the file that cannot be read", () => {
  expect(() => readPolicy(join(folder, "none.yaml"), undefined)).toThrow(/^--policy: .*none\.yaml cannot be read/);
});

it("changes the level of a finding, hides it, or turns it into a note that somebody accepted", () => {
  const levels = (severities: Parameters<typeof withSeverities>[1], accepted: string[] = []) => {
    const [changed] = withSeverities([verdict()], severities, new Set(accepted));
    return { status: changed?.status, levels: changed?.findings.map(({ code, level }) => `${code} ${level}`) };
  };
  expect(levels(new Map())).toEqual({
    status: "finding",
    levels: ["setuid-files finding", "world-writable-files finding"],
  });
  expect(levels(new Map([["setuid-files", "warning"]]), ["world-writable-files"])).toEqual({
    status: "warning",
    levels: ["setuid-files warning", "world-writable-files note"],
  });
  expect(
    levels(
      new Map([
        ["setuid-files", "off"],
        ["world-writable-files", "off"],
      ]),
    ),
  ).toEqual({ status: "fine", levels: [] });
});

it("knows every code", () => expect(codeProblem("setuid-files")).toBeUndefined());
