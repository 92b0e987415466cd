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
import type * as GoBuild from "../../../../local/toolchain/goBuild.ts";
import { toolKey, tools, type Tool } from "../../../../local/toolchain/tools.ts";

jest.mock("node:child_process", () => ({
  ...jest.requireActual<object>("node:child_process"),
  execFileSync: jest.fn(),
}));
const go = jest.mocked(execFileSync);

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
  test.each(["go1.26", "go1.26.3", "go1.30rc1", "go2.0"])("%s will do", (version) => {
    go.mockReturnValue(`${version}\n`);
    expect(goBuild.goProblem()).toBeUndefined();
  });

  test.each(["1.25.9", "1.9"])("%s is too old", (version) => {
    go.mockReturnValue(`go${version}\n`);
    expect(goBuild.goProblem()).toBe(
      `Go ${version} is on PATH, 1.26 or newer is needed to build the tools: install a newer one`,
    );
  });

  test("is missed where there is none", () => {
    go.mockImplementation(() => {
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

  test("has a tool once its binary is in the cache, whole", () => {
    expect(goBuild.isBuilt(tool)).toBe(false);
    mkdirSync(dirname(binary), { recursive: true });
    writeFileSync(binary, "binary");
    expect(goBuild.isBuilt(tool)).toBe(true);
  });

  test("has every program of a tool, as files of their own beside each other, however often they are put there", () => {
    goBuild.linkTool(tool);
    goBuild.linkTool(tool);
    expect(readdirSync(folder).sort()).toEqual([...tool.programs].sort());
    for (const program of tool.programs) {
      expect(lstatSync(join(folder, program)).isSymbolicLink()).toBe(false);
      expect(statSync(join(folder, program)).ino).toBe(statSync(binary).ino);
    }
  });

  test("leads to a program elsewhere, in place of what stood there", () => {
    const elsewhere = join(temporary, "kubectl");
    writeFileSync(elsewhere, "another");
    goBuild.linkProgram("kubectl", elsewhere);
    expect(readlinkSync(join(folder, "kubectl"))).toBe(elsewhere);
    expect(readFileSync(join(folder, "kubectl"), "utf8")).toBe("another");
    expect(readFileSync(binary, "utf8")).toBe("binary");
    expect(readdirSync(folder)).toHaveLength(tool.programs.length);
  });
});

test("nothing is left of a build, also of an interrupted one", () => {
  const building = join(temporary, "cache", "building");
  mkdirSync(join(building, "modules"), { recursive: true });
  goBuild.removeBuildCaches();
  goBuild.removeBuildCaches();
  expect(readdirSync(dirname(building))).not.toContain("building");
});
