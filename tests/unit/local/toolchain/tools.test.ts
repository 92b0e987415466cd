import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { toolsFolder } from "../../../../local/toolchain/folder.ts";
import {
  linkerFlags,
  moduleFolder,
  toolKey,
  tools,
  toolVersion,
  type Tool,
} from "../../../../local/toolchain/tools.ts";

const [pulumi, , kubernetes] = tools as readonly [Tool, Tool, Tool];
const temporary = mkdtempSync(join(tmpdir(), "tools-"));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A tool whose module is in a folder of the test, initially a copy of a real tool's folder. */
function copyOf(tool: Tool, goMod?: string): { tool: Tool; folder: string } {
  const folder = mkdtempSync(join(temporary, "module-"));
  cpSync(moduleFolder(tool), folder, { recursive: true });
  if (goMod !== undefined) writeFileSync(join(folder, "go.mod"), goMod);
  return { tool: { ...tool, name: relative(moduleFolder({ ...tool, name: "." }), folder) }, folder };
}

describe("the version of a tool", () => {
  const tagged = tools.filter(({ release }) => release === undefined);
  test.each(tagged.map((tool) => [tool.name, tool] as const))("is that of %s in go.mod", (_, tool) => {
    const goMod = readFileSync(join(moduleFolder(tool), "go.mod"), "utf8");
    expect(toolVersion(tool)).toMatch(/^\d+\.\d+\.\d+$/);
    expect(goMod).toContain(`${tool.module} v${toolVersion(tool)}`);
  });

  test("is found in a block, on a line of its own and beside modules with longer names", () => {
    const inBlock = "require (\n\tk8s.io/kubernetes-extra v9.9.9\n\tk8s.io/kubernetes v1.34.10 // indirect\n)\n";
    expect(toolVersion(copyOf(kubernetes, inBlock).tool)).toBe("1.34.10");
    expect(toolVersion(copyOf(kubernetes, "require k8s.io/kubernetes v1.35.0-rc.1\n").tool)).toBe("1.35.0-rc.1");
  });

  test("is reported by the file's name if it is missing", () => {
    const { tool, folder } = copyOf(kubernetes, "require k8s.io/api v0.34.10\n");
    expect(() => toolVersion(tool)).toThrow(`${folder}/go.mod does not require k8s.io/kubernetes`);
  });
});

test("a binary is told its version in the form that each program expects", () => {
  expect(linkerFlags(pulumi)).toBe(
    `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${toolVersion(pulumi)}`,
  );
  const version = toolVersion(kubernetes);
  expect(linkerFlags(kubernetes)).toBe(
    `-s -w -X k8s.io/component-base/version.gitVersion=v${version} -X k8s.io/client-go/pkg/version.gitVersion=v${version}`,
  );
});

describe("the key of a tool in the cache", () => {
  test("has the name and the version, and is the same each time", () => {
    const key = toolKey(pulumi);
    expect(key).toMatch(new RegExp(`^pulumi-${toolVersion(pulumi).replaceAll(".", "\\.")}-[0-9a-f]{8}$`));
    expect(toolKey(pulumi)).toBe(key);
    expect(new Set(tools.map(toolKey)).size).toBe(tools.length);
  });

  test.each(["go.mod", "go.sum", "main.go"])(
    "differs when %s changes, and is the first again when that changes back",
    (file) => {
      const { tool, folder } = copyOf(kubernetes);
      const key = toolKey(tool);
      const before = readFileSync(join(folder, file));
      writeFileSync(join(folder, file), `${before.toString()}\n`);
      expect(toolKey(tool)).not.toBe(key);
      writeFileSync(join(folder, file), before);
      expect(toolKey(tool)).toBe(key);
    },
  );

  test("differs when a file is added, or when the build flags of the binary change", () => {
    const { tool, folder } = copyOf(kubernetes);
    const key = toolKey(tool);
    expect(toolKey({ ...tool, versionFlags: [] })).not.toBe(key);
    writeFileSync(join(folder, "other.go"), "");
    expect(toolKey(tool)).not.toBe(key);
  });

  test("differs on another processor", () => {
    const key = toolKey(pulumi);
    const { arch } = process;
    Object.defineProperty(process, "arch", { value: arch === "x64" ? "arm64" : "x64" });
    try {
      expect(toolKey(pulumi)).not.toBe(key);
    } finally {
      Object.defineProperty(process, "arch", { value: arch });
    }
  });
});

describe("the folder of all tools", () => {
  afterEach(() => delete process.env.TARMAC_TOOLS);

  test("is derived from the versions, so checkouts with the same versions share it", () => {
    expect(toolsFolder()).toMatch(/\/tools-[0-9a-f]{8}$/);
    expect(toolsFolder()).toBe(toolsFolder());
  });

  test("can be configured", () => {
    process.env.TARMAC_TOOLS = "/elsewhere";
    expect(toolsFolder()).toBe("/elsewhere");
  });
});
