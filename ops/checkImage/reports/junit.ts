/** The checks as JUnit XML, for test reports in CI systems: one test case per check. */
import type { Result } from "../checkResult.ts";
import type { Finding, Verdict } from "../verdict.ts";

export function toJunit(result: Result): string {
  const { verdicts, image, milliseconds, incomplete } = result;
  const failed = verdicts.filter(({ status }) => status === "finding").length;
  const skipped = verdicts.filter(({ status }) => status === "skipped").length;
  const errors = incomplete === undefined ? 0 : 1;
  const attributes = `tests="${verdicts.length + errors}" failures="${failed}" errors="${errors}" skipped="${skipped}" time="${(milliseconds / 1000).toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tarmac check-image" ${attributes}>`,
    `  <testsuite name="${escaped(image)}" ${attributes}>`,
    ...verdicts.flatMap((verdict) => testCase(verdict, image)),
    ...(incomplete === undefined
      ? []
      : [
          `    <testcase classname="${escaped(image)}" name="complete">`,
          `      <error message="${escaped(incomplete)}"/>`,
          "    </testcase>",
        ]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ check, title, status, findings, platform }: Verdict, image: string): string[] {
  const name = `${check}: ${title}${platform === undefined ? "" : ` (${platform})`}`;
  const open = `    <testcase classname="${escaped(image)}" name="${escaped(name)}"`;
  const counting = findings.filter(({ level }) => level === "finding");
  const others = findings.filter(({ level }) => level !== "finding");
  const inner = [
    ...(status === "skipped" ? ["      <skipped/>"] : []),
    ...(counting.length === 0
      ? []
      : [
          `      <failure type="${escaped(counting.map(({ code }) => code).join(", "))}" message="${escaped(counting[0]?.seen ?? "")}">${escaped(counting.map(inWords).join("\n\n"))}</failure>`,
        ]),
    ...(others.length === 0 ? [] : [`      <system-out>${escaped(others.map(inWords).join("\n\n"))}</system-out>`]),
  ];
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, "    </testcase>"];
}

const inWords = ({ code, level, seen, why, mend, docs }: Finding) =>
  `${level} ${code}\nseen: ${seen}\nwhy: ${why}\nfix: ${mend}\ndocs: ${docs}`;

/** XML 1.0 allows no control characters, but logs may contain them. */
const escaped = (text: string) =>
  text
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
