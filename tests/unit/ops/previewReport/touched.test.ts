import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedFiles, commitOf, environmentsOf, touchedBy } from "../../../../ops/previewReport/touched.ts";
import { settingsReport, settingChanges, valuesOf } from "../../../../ops/previewReport/settingsChange.ts";

const stacks = (...changed: string[]) => touchedBy(changed, ["dev", "prod"]).map(({ stack }) => stack);

describe("the environments that a change touches", () => {
  it.each([
    ["Pulumi.prod.yaml", ["prod"]],
    ["policy/config/dev.json", ["dev"]],
    ["Pulumi.yaml", ["dev", "prod"]],
    ["index.ts", ["dev", "prod"]],
    ["components/cluster.ts", ["dev", "prod"]],
    ["settings/imageSettings.ts", ["dev", "prod"]],
    ["app/src/server.ts", ["dev", "prod"]],
    ["package-lock.json", ["dev", "prod"]],
    ["policy/rules/imageExact.ts", ["dev", "prod"]],
    ["somethingNew/main.ts", ["dev", "prod"]],
    ["Pulumi.other.yaml", []],
    ["README.md", []],
    ["docs/doctor.md", []],
    ["tests/unit/config.test.ts", []],
    ["ops/doctor.ts", []],
    ["local/start.ts", []],
    ["bench/runBenches.ts", []],
    ["examples/two-services/Pulumi.dev.yaml", []],
    ["bootstrap/Pulumi.yaml", []],
    [".github/workflows/preview.yml", []],
  ])("%s", (path, expected) => {
    expect(stacks(path)).toEqual(expected);
  });

  it("are listed with the files that touch them", () => {
    expect(touchedBy(["index.ts", "Pulumi.prod.yaml", "README.md"], ["dev", "prod"])).toEqual([
      { stack: "dev", because: ["index.ts"] },
      { stack: "prod", because: ["Pulumi.prod.yaml", "index.ts"] },
    ]);
  });
});

describe("a repository", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-touched-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
      cwd: folder,
      stdio: "pipe",
    });
  const commit = (files: Record<string, string | null>) => {
    for (const [name, content] of Object.entries(files)) {
      if (content === null) rmSync(join(folder, name));
      else writeFileSync(join(folder, name), content);
    }
    git("add", "--all");
    git("commit", "-qm", "x");
  };
  beforeAll(() => {
    git("init", "-q", "-b", "main");
    mkdirSync(join(folder, "app"));
    commit({
      "app/a.js": "a",
      "old.ts": "a long enough text that git would call this file renamed",
      "Pulumi.dev.yaml": "config:\n  tarmac:replicas: 1\n  tarmac:token:\n    secure: v1:abc\n",
      "Pulumi.local.yaml": "",
      "Pulumi.sandbox.yaml": "",
    });
    git("branch", "base");
    commit({
      "new.ts": "a long enough text that git would call this file renamed",
      "old.ts": null,
      "Pulumi.dev.yaml": "config:\n  tarmac:replicas: 0\n  tarmac:token:\n    secure: v1:def\n  tarmac:zones: [1, 2]\n",
    });
    git("checkout", "-q", "base");
    commit({ "elsewhere.ts": "of others" });
    git("checkout", "-q", "main");
    writeFileSync(join(folder, "Pulumi.sandbox-mine.yaml"), "");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("differs by what the change did, not by what others did; a renamed file counts under both names", async () => {
    expect(await changedFiles(folder, "base")).toEqual(["Pulumi.dev.yaml", "new.ts", "old.ts"]);
  });

  it("has the environments that have a stack file", async () => {
    expect(await environmentsOf(folder)).toEqual(["dev"]);
  });

  it.each(["nothing", "--output=/tmp/x"])("has no commit %s, and says what to do", async (revision) => {
    await expect(commitOf(folder, revision)).rejects.toThrow(
      `--base: "${revision}" is not a commit of this clone: fetch it (actions/checkout: fetch-depth: 2 for HEAD^1), or name another`,
    );
  });

  it("has changed settings, some invalid", async () => {
    expect(await settingsReport(folder, "dev", "base")).toEqual({
      settings: [
        { key: "tarmac:replicas", before: "1", after: "0" },
        { key: "tarmac:token", before: "[secret]", after: "[secret]" },
        { key: "tarmac:zones", after: "[1,2]" },
      ],
      settingProblems: expect.arrayContaining([
        expect.stringMatching(/^tarmac:replicas: 0 is out of range/),
        expect.stringMatching(/^tarmac:token is not a setting/),
      ]) as string[],
    });
  });

  it("may have a stack file that is not YAML", async () => {
    writeFileSync(join(folder, "Pulumi.bad.yaml"), "config: [\n");
    expect(await settingsReport(folder, "bad", "base")).toEqual({
      settings: [],
      settingProblems: [expect.stringMatching(/^Pulumi\.bad\.yaml is not YAML: /) as string],
    });
  });
});

it("a removed setting is shown as removed", () => {
  expect(settingChanges(valuesOf("config:\n  a: x\n"), valuesOf("config: {}\n"))).toEqual([{ key: "a", before: "x" }]);
});
