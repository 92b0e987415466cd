import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fit } from "../../../../ops/previewReport/cutReport.ts";
import { reasonsAgainst, verdictOf } from "../../../../ops/previewReport/gate.ts";
import { marker, render } from "../../../../ops/previewReport/reportMarkdown.ts";
import type { Report } from "../../../../ops/previewReport/reportFormat.ts";
import { bodyLimit } from "../../../../ops/report/cutText.ts";
import { change, done, environment, recorded, reportOf } from "./recorded.ts";

const options = {
  label: "preview-override",
  wholeText: "artifact `preview-report` of [this run](https://github.example/run)",
};
const sectionsOf = (report: Report, label = false) =>
  render(report, { ...verdictOf(reasonsAgainst(report), label), ...(label ? { by: "grace" } : {}) }, options);
const text = (report: Report, label = false) => fit(sectionsOf(report, label), Infinity, "").text;

/** Compares the text with a file next to the test. `UPDATE_GOLDEN=1 npm test -- render` writes the file; read it before you commit it. */
function golden(name: string, actual: string): void {
  const file = join(import.meta.dirname, "golden", `${name}.md`);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, actual);
  expect(actual).toBe(readFileSync(file, "utf8"));
}

const finding = {
  ...{ policy: "image-exact", pack: "tarmac", mandatory: true, resource: "hello (kubernetes:apps/v1:Deployment)" },
  text: "Images are named by digest\nthe image has no digest\nWhy: a tag may lead elsewhere tomorrow",
};

const reports: Record<string, Report> = {
  nothing: { ...reportOf(environment("dev", recorded("nothing"))), commit: "0123456789abcdef", untouched: ["prod"] },
  update: {
    ...reportOf({
      ...environment("dev", recorded("update")),
      because: ["Pulumi.dev.yaml"],
      settings: [{ key: "tarmac:replicas", before: "1", after: "2" }],
    }),
    image: { before: 48_400_000, after: 50_100_000 },
    untouched: [],
  },
  replace: reportOf(environment("dev", recorded("update")), environment("prod", recorded("replace"))),
  rename: reportOf(environment("prod", recorded("rename"))),
  failed: reportOf(environment("dev", recorded("badSetting")), environment("prod", recorded("nothing"))),
  policy: reportOf(
    environment("dev", done([], { unchanged: 17, policy: [finding, { ...finding, mandatory: false }] })),
  ),
  offline: {
    ...reportOf({
      ...{
        stack: "dev",
        because: ["Pulumi.dev.yaml"],
        settings: [{ key: "tarmac:replicas", before: "1", after: "0" }],
      },
      settingProblems: ["tarmac:replicas: 0 is out of range: use a whole number from 1 to 1000"],
    }),
    offline: "a pull request from a fork gets no credentials",
  },
  fork: {
    ...reportOf({ stack: "dev", because: ["index.ts"], settings: [], settingProblems: [] }),
    offline: "a pull request from a fork gets no credentials",
  },
  notPreviewed: { ...reportOf(environment("dev", recorded("nothing"))), notPreviewed: ["prod"] },
  onlyNotPreviewed: { ...reportOf(), notPreviewed: ["prod"] },
  untouched: { ...reportOf(), untouched: ["dev", "prod"] },
  failure: { ...reportOf(), failure: "the Pulumi CLI is not installed" },
};

describe("the content of a comment", () => {
  it.each(Object.keys(reports))("%s", (name) => {
    golden(name, text(reports[name]!));
  });

  it("says what the label accepts", () => {
    golden("overridden", text(reports.replace!, true));
  });

  it("starts with the marker that identifies it", () => {
    for (const report of Object.values(reports)) expect(text(report).startsWith(marker)).toBe(true);
  });
});

describe("a report that is too long", () => {
  const many = (stack: string, count: number) =>
    environment(
      stack,
      done([
        ...Array.from({ length: count }, (_, index) =>
          change({
            action: "create",
            type: "kubernetes:core/v1:ConfigMap",
            name: `${stack}-map-${index}`,
            properties: [],
          }),
        ),
        change({ name: "the-cluster" }),
      ]),
    );
  const where = "The whole text is in the artifact.";

  it("loses created resources before replaced ones, and says so", () => {
    const { text: short, cut } = fit(sectionsOf(reportOf(many("dev", 900), many("prod", 400))), bodyLimit, where);
    expect(cut).toBe(true);
    expect(short.length).toBeLessThanOrEqual(bodyLimit);
    expect(short).toContain(`**This is too long for a comment: parts are left out.** ${where}`);
    expect(short).toContain("**Created (900)**: left out here.");
    // The smaller one still fits.
    expect(short).toContain("prod-map-399");
    expect(short.match(/`the-cluster`<br>/g)).toHaveLength(2);
  });

  it("leaves out no more than it must", () => {
    const section = (letter: string, weight: number) => ({ text: letter.repeat(500), short: "", weight });
    const sections = [
      { text: "heading", short: "heading", weight: 9 },
      section("a", 1),
      section("b", 2),
      section("c", 3),
    ];
    const withoutA = fit(sections, 1400, where).text;
    expect(withoutA).toMatch(/^heading\n\n.+\n\nb{500}\n\nc{500}\n$/);
    expect(fit(sections, withoutA.length, where).text).toBe(withoutA);
    expect(fit(sections, withoutA.length - 1, where).text).not.toContain("b");
  });

  it("is complete if there is room", () => {
    const { text: whole, cut } = fit(sectionsOf(reportOf(many("dev", 900))), 10_000_000, where);
    expect({ cut, all: whole.includes("dev-map-899") }).toEqual({ cut: false, all: true });
  });

  it("fits even if its headings alone do not, and ends at the end of a line", () => {
    const report = reportOf(...Array.from({ length: 1500 }, (_, index) => many(`environment-${index}`, 1)));
    const { text: short } = fit(sectionsOf(report), bodyLimit, where);
    expect(short.length).toBeLessThanOrEqual(bodyLimit);
    expect(short).toMatch(/\n\n_The rest is left out\._\n$/);
  });

  it("keeps every environment in the table", () => {
    const report = reportOf(...Array.from({ length: 60 }, (_, index) => many(`environment-${index}`, 40)));
    const { text: short } = fit(sectionsOf(report), bodyLimit, where);
    for (let index = 0; index < 60; index++) expect(short).toContain(`| \`environment-${index}\` | 40 |`);
  });
});

describe("text of others", () => {
  it("mentions nobody and breaks no markup, wherever it appears", () => {
    const evil = "x` | @everyone <b> \n## owned #1";
    const preview = done(
      [change({ name: evil, properties: [{ path: evil, kind: "update", replaces: true, before: evil, after: evil }] })],
      {
        errors: [{ resource: evil, text: `${evil}\n\`\`\`\n@everyone` }],
        warnings: [{ text: evil }],
        policy: [{ policy: evil, pack: evil, mandatory: true, resource: evil, text: evil }],
      },
    );
    const report: Report = {
      ...reportOf({ ...environment(evil, preview), settingProblems: [evil], because: [evil] }),
      untouched: [evil],
      offline: evil,
    };
    // Without code, nothing is left that GitHub would read a mention or a heading from.
    const outside = text(report)
      .replaceAll(/(`{3,})text\n[\s\S]*?\n\1/g, "")
      .replaceAll(/(`+)[^`](?:[\s\S]*?[^`])?\1(?!`)/g, "");
    expect(outside).not.toMatch(/@everyone|<b>|(?<!&)#1|\n## owned/);
  });
});
