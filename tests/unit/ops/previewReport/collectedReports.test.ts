import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectedReport, largestReport } from "../../../../ops/previewReport/collectedReports.ts";
import { reportProblem } from "../../../../ops/previewReport/reportShape.ts";
import { change, done, environment, recorded, reportOf, type Recording } from "./recorded.ts";

const scratch = mkdtempSync(join(tmpdir(), "tarmac-collected-"));
afterAll(() => rmSync(scratch, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(scratch, "run-"));
});
const write = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
const head = "0123456789abcdef";

describe("the artifact of the previewing job", () => {
  it("is a report", () => {
    const report = { ...reportOf(environment("dev", done([change()]))), commit: head };
    expect(collectedReport(write("collected.json", report), head)).toEqual(report);
  });

  it.each<[string, () => string, string]>([
    ["nothing", () => join(folder, "collected.json"), "it left none"],
    ["an empty folder", () => folder, "it left none"],
    [
      "a link",
      () => (symlinkSync("/etc/passwd", join(folder, "x.json")), join(folder, "x.json")),
      "is not a regular file",
    ],
    [
      "a folder with a report's name",
      () => (mkdirSync(join(folder, "collected-dev.json")), folder),
      "is not a regular file",
    ],
    ["a program", () => (write("run.mjs", ""), folder), '"run.mjs", which is not a report'],
    ["a folder with a program", () => (mkdirSync(join(folder, "ops")), folder), '"ops", which is not a report'],
    ["no JSON", () => write("collected.json", "<html>"), "is not valid JSON"],
    ["null", () => write("collected.json", "null"), "has version undefined"],
    ["another version", () => write("collected.json", { version: 7 }), "has version 7, and this command reads 1"],
    [
      "another form",
      () => write("collected.json", { ...reportOf(), environments: {} }),
      "report.environments is not a list",
    ],
    ["another commit", () => write("collected.json", { ...reportOf(), commit: "fedcba" }), "of commit fedcba"],
    ["no commit", () => write("collected.json", reportOf()), "of commit (none)"],
  ])("is rejected: %s", (_, path, why) => {
    const { failure, environments } = collectedReport(path(), head);
    const all = [
      failure,
      ...environments.flatMap(({ preview }) => preview?.errors.map(({ text }) => text) ?? []),
    ].join();
    expect(all).toContain(why);
  });

  it("is not read if it is too large", () => {
    const file = write("collected.json", "");
    truncateSync(file, largestReport + 1);
    expect(collectedReport(file).failure).toContain(`has ${largestReport + 1} bytes`);
  });

  it("is one report for several jobs", () => {
    write("collected-dev.json", {
      ...{ ...reportOf(environment("dev", done([]))), commit: head, untouched: ["qa"] },
      ...{ notPreviewed: ["staging", "prod"], image: { before: 1, after: 2 } },
    });
    write("collected-staging.json", {
      ...{ ...reportOf(environment("staging", done([change()]))), commit: head, untouched: ["qa"] },
      notPreviewed: ["dev", "prod"],
    });
    expect(collectedReport(folder, head)).toEqual({
      ...{ version: 1, commit: head, untouched: ["qa"], notPreviewed: ["prod"], image: { before: 1, after: 2 } },
      environments: [environment("dev", done([])), environment("staging", done([change()]))],
    });
  });

  it("keeps the other reports if one job failed", () => {
    write("collected-dev.json", { ...reportOf(environment("dev", done([]))), commit: head });
    write("collected-prod.json", { ...reportOf(), commit: head, failure: "no sign-in\nat all" });
    const { environments, failure } = collectedReport(folder, head);
    expect(failure).toBeUndefined();
    expect(environments[1]).toMatchObject({
      stack: "prod",
      preview: { outcome: "failed", errors: [{ text: "no sign-in\nat all" }] },
    });
  });
});

describe("the form of a report", () => {
  it.each<Recording>(["create", "nothing", "update", "replace", "badSetting", "rename", "protected", "pool"])(
    "is the engine's: %s",
    (recording) => {
      expect(
        reportProblem(JSON.parse(JSON.stringify(reportOf(environment("dev", recorded(recording)))))),
      ).toBeUndefined();
    },
  );

  it.each<[string, unknown]>([
    ["report is not an object", []],
    ['report has a field "extra", which no report has', { ...reportOf(), extra: 1 }],
    ['report has a field "__proto__", which no report has', JSON.parse('{"__proto__": {}, "version": 1}') as unknown],
    ["report.environments[0].stack is not a string", reportOf({ ...environment("dev", done([])), stack: 1 as never })],
    [
      "report.environments[0].preview.changes[0].action is not one of create, update, replace, delete, import, forget",
      reportOf(environment("dev", done([change({ action: "same" as never })]))),
    ],
    [
      "report.environments[0].preview.seconds is not a number from 0",
      reportOf(environment("dev", done([], { seconds: -1 }))),
    ],
    [
      "report.environments[0].preview.changes[0].protected is not a boolean",
      reportOf(environment("dev", done([change({ protected: "no" as never })]))),
    ],
  ])("is invalid: %s", (problem, value) => {
    expect(reportProblem(value)).toBe(problem);
  });
});
