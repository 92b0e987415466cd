/** The environment in which a command runs: a project with environment files, and a stand-in for the command's program. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onlyEnvironment, withEnvironment } from "../../../ops/stackEnvironment.ts";

// Each test starts processes, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tarmac-environment-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

it("adds a file's variables, with ${NAME} as the value so far, and says where they come from", () => {
  const text = "# a comment\nARM_SUBSCRIPTION_ID=1\nPATH=/opt/pulumi:${PATH}\nNONE=${MISSING}\n";
  expect(withEnvironment(text, "dev", { PATH: "/bin", ARM_SUBSCRIPTION_ID: "2", HOME: "/me" })).toEqual({
    ...{ ARM_SUBSCRIPTION_ID: "1", PATH: "/opt/pulumi:/bin", NONE: "", HOME: "/me", TARMAC_STACK: "dev" },
  });
});

it("belongs to the only stack with a file, if there is one", () => {
  expect(onlyEnvironment(folder)).toBeUndefined();
  writeFileSync(join(folder, "Pulumi.dev.env"), "");
  expect(onlyEnvironment(folder)).toBe("dev");
  writeFileSync(join(folder, "Pulumi.prod.env"), "");
  expect(onlyEnvironment(folder)).toBeUndefined();
});

/** Runs a command with two folders on PATH, whose `pulumi` fails with its arguments. */
function tarmac(args: string[], env: NodeJS.ProcessEnv = {}) {
  const fake = (name: string, script: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name, "pulumi"), 0o755);
  };
  fake("plain", 'echo "plain: no stack" >&2; exit 255');
  fake("own", 'echo "own: $* for $ARM_SUBSCRIPTION_ID" >&2; exit 255');
  const { stderr, status } = spawnSync(process.execPath, [resolve("ops/bin/tarmac.mjs"), ...args], {
    cwd: folder,
    env: { HOME: folder, PATH: `${join(folder, "plain")}:/usr/bin:/bin`, ...env },
    encoding: "utf8",
  });
  return { stderr, status };
}

const environment = () => `PATH=${join(folder, "own")}:\${PATH}\nARM_SUBSCRIPTION_ID=of-dev\n`;

it("is that of the named stack, its own or the caller's", () => {
  writeFileSync(join(folder, "Pulumi.dev.env"), environment());
  expect(tarmac(["policy", "dev"]).stderr).toMatch(/^error: own: .*--stack dev .* for of-dev\n$/);
  expect(tarmac(["policy", "--stack", "me/tarmac/dev"]).stderr).toMatch(/^error: own: /);
  expect(tarmac(["policy", "prod"]).stderr).toBe("error: plain: no stack\n");
});

it("is that of the only stack with a file if none is named and none is selected", () => {
  writeFileSync(join(folder, "Pulumi.dev.env"), environment());
  expect(tarmac(["policy"]).stderr).toMatch(/^error: own: .*--stack dev .* for of-dev\n$/);
});

it("does not change if it already belongs to the stack, and makes that stack the default", () => {
  writeFileSync(join(folder, "Pulumi.dev.env"), environment());
  const given = { TARMAC_STACK: "dev", PATH: `${join(folder, "own")}:/usr/bin:/bin`, ARM_SUBSCRIPTION_ID: "given" };
  expect(tarmac(["policy", "dev"], given).stderr).toMatch(/ for given\n$/);
  expect(tarmac(["policy"], given).stderr).toMatch(/--stack dev .* for given\n$/);
});

it("is never guessed for a deployment, and requires one stack at a time", () => {
  writeFileSync(join(folder, "Pulumi.dev.env"), environment());
  expect(tarmac(["deploy"]).stderr).toMatch(/^error: name the stack to deploy/);
  expect(tarmac(["drift", "dev", "prod"])).toEqual({
    stderr:
      'error: "dev" has an environment of its own (Pulumi.dev.env): check it in a run of its own\n(add --help to see how the command is called)\n',
    status: 2,
  });
});
