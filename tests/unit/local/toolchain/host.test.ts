import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostProblems, type Needs } from "../../../../local/toolchain/host.ts";

const temporary = mkdtempSync(join(tmpdir(), "host-"));
const needs: Needs = {
  cacheFolder: join(temporary, "cache"),
  cacheBytes: 0,
  stateFolder: join(temporary, "state", "deep"),
  stateBytes: 0,
  memoryBytes: 0,
};
const needsRoot =
  "it needs root, for containerd, the kubelet and their network: run it with sudo, or as root in a virtual machine";

const { platform, arch } = process;
const pretend = (property: "platform" | "arch", value: string) => Object.defineProperty(process, property, { value });
const user = jest.spyOn(process as { getuid: () => number }, "getuid");
beforeEach(() => {
  pretend("platform", "linux");
  pretend("arch", "x64");
  user.mockReturnValue(0);
});
afterAll(() => {
  pretend("platform", platform);
  pretend("arch", arch);
  user.mockRestore();
  rmSync(temporary, { recursive: true });
});

test.each(["x64", "arm64"])("accepts root on a Linux machine with enough space, on %s", (processor) => {
  pretend("arch", processor);
  expect(hostProblems(needs)).toEqual([]);
});

test("other systems are reported as unsupported, and nothing else is checked", () => {
  pretend("platform", "darwin");
  user.mockReturnValue(501);
  expect(hostProblems(needs)).toEqual([
    "the local environment needs Linux (namespaces, cgroups); this is darwin: use a Linux machine or virtual machine",
  ]);
});

test("all findings are reported at once", () => {
  pretend("arch", "ia32");
  user.mockReturnValue(1000);
  expect(hostProblems(needs)).toEqual([
    "the processor architecture ia32 has no build of Node here: use x64 or arm64",
    needsRoot,
  ]);
});

test("checks and creates nothing that needs root", () => {
  user.mockReturnValue(1000);
  const untouched = join(temporary, "untouched");
  expect(hostProblems({ ...needs, cacheFolder: untouched, cacheBytes: 2 ** 60 })).toEqual([needsRoot]);
  expect(existsSync(untouched)).toBe(false);
});

test("too little disk and memory are reported with the available and the needed amount", () => {
  const much = 2 ** 60;
  const [cache, state, memory, ...others] = hostProblems({
    ...needs,
    cacheBytes: much,
    stateBytes: much,
    memoryBytes: much,
  });
  expect(others).toEqual([]);
  const missing = (start: string, end: string) =>
    expect.stringMatching(new RegExp(`^${start} \\d+\\.\\d GiB ?${end}$`)) as unknown;
  expect(cache).toEqual(missing(`${needs.cacheFolder} has`, "free, 1073741824\\.0 GiB are needed: make room there"));
  expect(state).toEqual(missing(`${needs.stateFolder} has`, "free, 1073741824\\.0 GiB are needed: make room there"));
  expect(memory).toMatch(
    /^\d+\.\d GiB of memory are available, 1073741824\.0 GiB are needed: end other programs or use a larger machine$/,
  );
});
