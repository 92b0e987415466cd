import { tooLargeFindings } from "../../../../components/workload/configAndSecret.ts";

const text = (kibibytes: number) => "x".repeat(kibibytes * 1024);
const findings = (environment: Record<string, unknown>, configFiles: Record<string, unknown>) =>
  tooLargeFindings({ environment, configFiles }, "environment", "configFiles");
const hint =
  "exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account";

test("values and files that fit together are fine", () => {
  expect(findings({ A: text(100) }, { "/etc/app/a": text(100) })).toEqual([]);
});

test("too many variables alone are said of the variables", () => {
  expect(findings({ A: text(1100) }, {})).toEqual([["environment", `1101 KiB ${hint}`]]);
});

test("files that are larger than the variables beside them are named, and both are counted", () => {
  expect(findings({ A: text(400) }, { "/a": text(700) })).toEqual([
    ["configFiles", `1101 KiB, together with environment, ${hint}`],
  ]);
});

test("values that are not known yet count as empty", () => {
  expect(findings({ A: Promise.resolve(text(2000)) }, {})).toEqual([]);
});
