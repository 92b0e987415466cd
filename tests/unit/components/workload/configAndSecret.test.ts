import { tooLargeFindings } from "../../../../components/workload/configAndSecret.ts";

const text = (kibibytes: number) => "x".repeat(kibibytes * 1024);
const findings = (environment: Record<string, unknown>, configFiles: Record<string, unknown>) =>
  tooLargeFindings({ environment, configFiles }, "environment", "configFiles");
const hint =
  "exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account";

test("accepts values and files that fit together", () => {
  expect(findings({ A: text(100) }, { "/etc/app/a": text(100) })).toEqual([]);
});

test("blames the variables alone if there are too many of them", () => {
  expect(findings({ A: text(1100) }, {})).toEqual([["environment", `1101 KiB ${hint}`]]);
});

test("names files that are larger than the variables beside them, and counts both", () => {
  expect(findings({ A: text(400) }, { "/a": text(700) })).toEqual([
    ["configFiles", `1101 KiB, together with environment, ${hint}`],
  ]);
});

test("counts unknown values as empty", () => {
  expect(findings({ A: Promise.resolve(text(2000)) }, {})).toEqual([]);
});
