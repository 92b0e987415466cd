import { closeSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataFolder, writeText } from "../../../../local/host/daemonFiles.ts";
import { logLimitBytes, openLog } from "../../../../local/host/daemonLog.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("writeText", () => {
  it("does not write a file that has the text already", () => {
    const path = join(folder, "deep", "config.yaml");
    writeText(path, "a: 1\n", 0o600);
    const before = statSync(path);
    expect(before.mode & 0o777).toBe(0o600);
    writeText(path, "a: 1\n", 0o600);
    expect(statSync(path).ino).toBe(before.ino);
    writeText(path, "a: 2\n", 0o600);
    expect(readFileSync(path, "utf8")).toBe("a: 2\n");
    expect(existsSync(`${path}.new`)).toBe(false);
  });
});

describe("dataFolder", () => {
  it("stays the same until the data is deleted, even if the folder itself remains", async () => {
    const path = join(folder, "data");
    const first = dataFolder(path);
    writeFileSync(join(path, "store"), "x");
    expect(dataFolder(path)).toBe(first);
    rmSync(join(path, ".tarmac"));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(dataFolder(path)).not.toBe(first);
  });
});

describe("openLog", () => {
  it("shows lines since it was opened, not those of an earlier run", () => {
    const path = join(folder, "logs", "a.log");
    const earlier = openLog(path);
    writeSync(earlier.descriptor, "old\n");
    closeSync(earlier.descriptor);
    const log = openLog(path);
    writeSync(log.descriptor, Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(""));
    closeSync(log.descriptor);
    const lines = log.tail().split("\n");
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)).toBe("  line 39");
    expect(readFileSync(path, "utf8")).toMatch(/^old\n/);
  });

  it("rotates a log that has grown too large", () => {
    const path = join(folder, "logs", "b.log");
    const first = openLog(path);
    closeSync(first.descriptor);
    writeFileSync(path, Buffer.alloc(logLimitBytes + 1, "x"));
    const log = openLog(path);
    writeSync(log.descriptor, "new\n");
    closeSync(log.descriptor);
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(statSync(`${path}.1`).size).toBe(logLimitBytes + 1);
    expect(log.tail()).toBe("  new");
  });
});
