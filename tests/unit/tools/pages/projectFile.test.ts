import { settings } from "../../../../settings/everySetting.ts";
import { projectFile } from "../../../../tools/pages/projectFile.ts";

const head = "name: tarmac\nruntime: nodejs\n";

test("replaces the config section and keeps what comes before it", () => {
  const written = projectFile(settings, `${head}config:\n  gone: {}\n`);
  expect(written.startsWith(`${head}config:\n`)).toBe(true);
  expect(written).toContain("\n  appName:\n");
  expect(written).not.toContain("gone");
  expect(projectFile(settings, written)).toBe(written);
});

test.each([head, `${head}config:\n  a: {}\nplugins: {}\n`, `${head}config:\nconfig:\n`])(
  "refuses a file in which it would destroy content: %j",
  (text) => {
    expect(() => projectFile(settings, text)).toThrow('Pulumi.yaml must end with its one section "config:"');
  },
);
