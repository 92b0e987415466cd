import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "one-realm-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each of two such files changes everything; the second one is red if anything of the first one reaches it. */
const leaving = `
const fs = require("node:fs");
const vm = require("node:vm");
const pulumi = require(${JSON.stringify(join(root, "node_modules/@pulumi/pulumi"))});
const cwd = ${JSON.stringify(root)};

it.each([
  ["variable", () => process.env.LEFT, undefined],
  ["global", () => globalThis.left, undefined],
  ["changed global", () => jest.isMockFunction(globalThis.fetch), false],
  ["fake timers", () => "clock" in setTimeout, false],
  ["spy", () => jest.isMockFunction(fs.existsSync), false],
  ["spy on a package", () => jest.isMockFunction(pulumi.log.warn), false],
  ["current directory", () => process.cwd(), cwd],
  ["exit code", () => process.exitCode, undefined],
  ["changed process", () => jest.isMockFunction(process.kill), false],
  ["listener", () => process.listenerCount("SIGUSR2"), 0],
  ["format of stack traces", () => /^left/.test(new Error("").stack), false],
  ["configuration of Pulumi", () => pulumi.runtime.allConfig(), {}],
])("finds no %s", (_, find, expected) => expect(find()).toEqual(expected));

it("runs in the realm of the packages", () => expect(vm.runInThisContext("Array")).toBe(Array));
it("finds what packages put into the process", () => expect(globalThis.asyncLocalStorage).toBeDefined());

afterAll(() => {
  process.env.LEFT = "left";
  globalThis.left = true;
  jest.spyOn(fs, "existsSync");
  jest.spyOn(pulumi.log, "warn");
  globalThis.fetch = jest.fn();
  process.chdir(${JSON.stringify(folder)});
  process.exitCode = 3;
  process.kill = jest.fn();
  process.on("SIGUSR2", () => {});
  Error.prepareStackTrace = () => "left";
  pulumi.runtime.setAllConfig({ "project:left": "left" });
  jest.useFakeTimers();
});
`;

const failing = `interface Shape {
  width: number;
}
it("fails", () => expect<Shape>({ width: 1 }).toEqual({ width: 2 }));
`;

interface Results {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

it("carries nothing from one test file to the next, and reports failures where they are", () => {
  for (const name of ["one", "other"]) writeFileSync(join(folder, `${name}.test.js`), leaving);
  writeFileSync(join(folder, "failing.test.ts"), failing);
  const child = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/jest/bin/jest.js"),
      "--json",
      "--runInBand",
      "--roots",
      folder,
      "--testMatch",
      `${folder}/*.test.*`,
    ],
    { cwd: root, encoding: "utf8", env: { PATH: process.env.PATH } },
  );
  expect(child.status).toBe(1);
  const tests = (JSON.parse(child.stdout) as Results).testResults.flatMap((one) => one.assertionResults);
  expect(tests).toHaveLength(29);
  const failed = tests.filter(({ status }) => status !== "passed");
  expect(failed.map(({ title }) => title)).toEqual(["fails"]);
  expect(failed[0]?.failureMessages[0]).toMatch(/failing\.test\.ts:4:\d+\)/);
});
