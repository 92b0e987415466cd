import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { follow } from "../../../../local/toolchain/follow.ts";
import type * as GoBuild from "../../../../local/toolchain/goBuild.ts";
import { toolKey, tools, type Tool } from "../../../../local/toolchain/tools.ts";

jest.mock("node:child_process", () => ({
  ...jest.requireActual<object>("node:child_process"),
  execFileSync: jest.fn(),
}));
jest.mock("../../../../local/toolchain/follow.ts", () => ({ follow: jest.fn() }));
const goVersion = jest.mocked(execFileSync);

const temporary = mkdtempSync(join(tmpdir(), "go-build-"));
const folder = join(temporary, "tools");
let goBuild: typeof GoBuild;
beforeAll(async () => {
  process.env.TARMAC_CACHE = join(temporary, "cache");
  process.env.TARMAC_TOOLS = folder;
  goBuild = await import("../../../../local/toolchain/goBuild.ts");
});
afterAll(() => {
  delete process.env.TARMAC_CACHE;
  delete process.env.TARMAC_TOOLS;
  rmSync(temporary, { recursive: true });
});

describe("the Go on PATH", () => {
  test.each(["go1.26", "go1.26.3", "go1.30rc1", "go2.0"])("%s is accepted", (version) => {
    goVersion.mockReturnValue(`${version}\n`);
    expect(goBuild.goProblem()).toBeUndefined();
  });

  test.each(["1.25.9", "1.9"])("%s is too old", (version) => {
    goVersion.mockReturnValue(`go${version}\n`);
    expect(goBuild.goProblem()).toBe(
      `Go ${version} is on PATH, 1.26 or newer is needed to build the tools: install a newer one`,
    );
  });

  test("is reported if it is missing", () => {
    goVersion.mockImplementation(() => {
      throw new Error("spawn go ENOENT");
    });
    expect(goBuild.goProblem()).toBe(
      "Go 1.26 or newer is needed to build the tools and is not on PATH: install it from your distribution or go.dev",
    );
  });
});

describe("the folder of tools", () => {
  const tool = tools[2] as Tool;
  const binary = join(temporary, "cache", toolKey(tool), tool.name);

  test("contains a tool as soon as its binary is complete in the cache", () => {
    expect(goBuild.isBuilt(tool)).toBe(false);
    mkdirSync(dirname(binary), { recursive: true });
    writeFileSync(binary, "binary");
    expect(goBuild.isBuilt(tool)).toBe(true);
  });

  test("contains every program of a tool, as separate files side by side, however often they are placed there", () => {
    goBuild.linkTool(tool);
    goBuild.linkTool(tool);
    expect(readdirSync(folder).sort()).toEqual([...tool.programs].sort());
    for (const program of tool.programs) {
      expect(lstatSync(join(folder, program)).isSymbolicLink()).toBe(false);
      expect(statSync(join(folder, program)).ino).toBe(statSync(binary).ino);
    }
  });

  test("links a program from elsewhere, and replaces what was there", () => {
    const elsewhere = join(temporary, "kubectl");
    writeFileSync(elsewhere, "another");
    goBuild.linkProgram("kubectl", elsewhere);
    expect(readlinkSync(join(folder, "kubectl"))).toBe(elsewhere);
    expect(readFileSync(join(folder, "kubectl"), "utf8")).toBe("another");
    expect(readFileSync(binary, "utf8")).toBe("binary");
    expect(readdirSync(folder)).toHaveLength(tool.programs.length);
  });
});

describe("building tools", () => {
  const [pulumi, languageHost] = tools as readonly [Tool, Tool];
  const building = join(temporary, "cache", "building");
  /** The calls of Go, in order, and the calls that were still running at that time. */
  const calls: string[] = [];
  const go = jest.mocked(follow);

  /** Makes Go answer after a moment, and makes `go build` write its program or fail. */
  function answer(failing?: string) {
    calls.length = 0;
    go.mockImplementation(async (_program, args) => {
      const subject = args.at(-1) ?? "";
      calls.push(`${args[0]} ${subject}`);
      mkdirSync(join(building, "modules"), { recursive: true });
      await sleep(args[0] === "build" ? 30 : 10);
      if (subject === failing) throw new Error("a module is missing");
      const output = args[args.indexOf("-o") + 1];
      if (args[0] === "build" && output !== undefined) writeFileSync(output, "binary");
      calls.push(`${args[0]} ${subject} done`);
    });
  }

  test("downloads the modules of the next one while one compiles, and leaves no build cache", async () => {
    answer();
    await goBuild.buildTools([pulumi, languageHost]);
    expect(calls).toEqual([
      `list ${pulumi.package}`,
      `list ${pulumi.package} done`,
      `build ${pulumi.package}`,
      `list ${languageHost.package}`,
      `list ${languageHost.package} done`,
      `build ${pulumi.package} done`,
      `build ${languageHost.package}`,
      `build ${languageHost.package} done`,
    ]);
    expect([goBuild.isBuilt(pulumi), goBuild.isBuilt(languageHost)]).toEqual([true, true]);
    expect(readdirSync(dirname(building))).not.toContain("building");
  });

  test("stops at the first failure, and removes partial results", async () => {
    answer(pulumi.package);
    await expect(goBuild.buildTools([pulumi, languageHost])).rejects.toThrow("a module is missing");
    expect(calls).toEqual([`list ${pulumi.package}`]);
    expect(readdirSync(dirname(building))).not.toContain("building");
  });

  test("reports a failed download of the next one only in its turn", async () => {
    answer(languageHost.package);
    await expect(goBuild.buildTools([pulumi, languageHost])).rejects.toThrow("a module is missing");
    expect(calls).toContain(`build ${pulumi.package} done`);
    expect(calls).not.toContain(`build ${languageHost.package}`);
    expect(readdirSync(dirname(building))).not.toContain("building");
  });
});
