import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { setConfig, stacksIn } from "../../../../ops/stackFiles/stackFile.ts";

test("the stacks of a folder are those with a file there", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-stacks-"));
  for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod-eu.yaml", "Pulumi.md", "xPulumi.a.yaml"])
    writeFileSync(join(folder, name), "");
  expect(stacksIn(folder).sort()).toEqual(["dev", "prod-eu"]);
  rmSync(folder, { recursive: true });
});

test.each([
  ["", "config:\n  tarmac:replicas: 3\n"],
  ["config:\n", "config:\n  tarmac:replicas: 3\n"],
  ["config:\n  # few\n  tarmac:replicas: 2\n", "config:\n  # few\n  tarmac:replicas: 3\n"],
])("a value is set in %j", (text, expected) => {
  const document = parseDocument(text);
  setConfig(document, { "tarmac:replicas": 3 });
  expect(document.toString()).toBe(expected);
});
