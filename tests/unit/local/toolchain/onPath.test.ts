import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { programOnPath } from "../../../../local/toolchain/onPath.ts";
import { checkoutFolder } from "../../../../local/layout.ts";
import { tools, toolVersion, type Tool } from "../../../../local/toolchain/tools.ts";

const [pulumi, languageHost, kubernetes] = tools as readonly [Tool, Tool, Tool];
const temporary = mkdtempSync(join(tmpdir(), "path-"));
const { PATH } = process.env;
afterEach(() => (process.env.PATH = PATH));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A folder with one program that answers every call with this text. */
function folderWith(program: string, says: string, mode = 0o755): string {
  const folder = mkdtempSync(join(temporary, "bin-"));
  const path = join(folder, program);
  writeFileSync(path, `#!/bin/sh\necho "$0 was asked for $*" > "${folder}/asked"\necho '${says}'\n`);
  chmodSync(path, mode);
  return folder;
}

function found(tool: Tool, program: string, ...folders: string[]): string | undefined {
  process.env.PATH = folders.join(delimiter);
  return programOnPath(tool, program);
}

const moved = (tool: Tool, part: 0 | 1 | 2, by: number) => {
  const parts = toolVersion(tool).split(".").map(Number) as [number, number, number];
  parts[part] += by;
  return parts.join(".");
};

describe("Pulumi on PATH", () => {
  test.each([
    ["the pinned version", moved(pulumi, 2, 0), true],
    ["a newer patch", moved(pulumi, 2, 1), true],
    ["a newer minor version", moved(pulumi, 1, 1), true],
    ["an older minor version", moved(pulumi, 1, -1), false],
    ["another major version", moved(pulumi, 0, 1), false],
  ])("%s is accepted: %s, %s", (_, version, willDo) => {
    const folder = folderWith("pulumi", `v${version}`);
    expect(found(pulumi, "pulumi", folder)).toBe(willDo ? join(folder, "pulumi") : undefined);
  });

  test("brings its language host, which has no version of its own", () => {
    const folder = folderWith("pulumi", `v${toolVersion(pulumi)}`);
    writeFileSync(join(folder, "pulumi-language-nodejs"), "", { mode: 0o755 });
    expect(found(languageHost, "pulumi-language-nodejs", folder)).toBe(join(folder, "pulumi-language-nodejs"));
    const alone = folderWith("pulumi-language-nodejs", "");
    expect(found(languageHost, "pulumi-language-nodejs", alone)).toBeUndefined();
  });
});

describe("Kubernetes on PATH", () => {
  const answers: [string, string][] = [
    ["kubectl", `Client Version: v${moved(kubernetes, 2, 1)}`],
    ["kubelet", `Kubernetes v${moved(kubernetes, 2, 1)}`],
    ["kubeadm", `v${moved(kubernetes, 2, 1)}`],
  ];

  test.each(answers)(
    "%s with another patch version is accepted, because its parts are compatible within a minor version",
    (program, says) => {
      const folder = folderWith(program, says);
      expect(found(kubernetes, program, folder)).toBe(join(folder, program));
    },
  );

  test.each([1, -1])("of another minor version is refused: %i apart", (by) => {
    expect(
      found(kubernetes, "kubelet", folderWith("kubelet", `Kubernetes v${moved(kubernetes, 1, by)}`)),
    ).toBeUndefined();
  });

  test.each([
    ["etcd Version: 3.6.4", true],
    ["etcd Version: 3.5.0", true],
    ["etcd Version: 3.4.30", false],
  ])("%s is accepted: %s, because etcd has versions of its own", (says, willDo) => {
    const folder = folderWith("etcd", says);
    expect(found(kubernetes, "etcd", folder)).toBe(willDo ? join(folder, "etcd") : undefined);
  });
});

describe("the search", () => {
  const good = `v${toolVersion(pulumi)}`;

  test("continues after a program that is too old, cannot be run or fails", () => {
    const failing = mkdtempSync(join(temporary, "bin-"));
    writeFileSync(join(failing, "pulumi"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const last = folderWith("pulumi", good);
    const others = [folderWith("pulumi", "v3.0.0"), folderWith("pulumi", good, 0o644), failing, "/nowhere", ""];
    expect(found(pulumi, "pulumi", ...others, last)).toBe(join(last, "pulumi"));
  });

  test("skips this project's own packages, which are no installation", () => {
    expect(found(kubernetes, "jest", join(checkoutFolder, "node_modules", ".bin"))).toBeUndefined();
  });

  test("finds nothing if nothing is installed", () => {
    expect(found(pulumi, "pulumi", "/nowhere")).toBeUndefined();
    delete process.env.PATH;
    expect(programOnPath(pulumi, "pulumi")).toBeUndefined();
  });
});
