import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, isRunning, memoryInUse, parseStat, readStat } from "../../../../local/host/procfs.ts";

describe("parseStat", () => {
  it("parses program names with spaces and parentheses", () => {
    const text = `42 (a) S 1) (b) Z 7 42 42 0 -1 4227340 7608 8617 0 0 7 5 8 2 20 0 1 0 306029 0 0 1844\n`;
    expect(parseStat(text)).toEqual({ pid: 42, state: "Z", parent: 7, startTicks: "306029" });
  });

  it("agrees with what Node knows about itself", () => {
    expect(readStat(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid });
    expect(memoryInUse(process.pid)).toBeGreaterThan(1_000_000);
  });
});

describe("isRunning", () => {
  it("distinguishes a process from a later one with the same id", () => {
    const self = readStat(process.pid);
    expect(self && isRunning(self)).toBe(true);
    expect(isRunning({ pid: process.pid, startTicks: "1" })).toBe(false);
  });

  it("counts a zombie as exited", async () => {
    // The shell leaves a child to the program that replaces it, which never waits for the child.
    const parent = spawn("sh", ["-c", "sleep 0.05 & echo $!; exec sleep 30"]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    const child = readStat(pid);
    expect(child && isRunning(child)).toBe(true);
    expect(descendants(process.pid)).toEqual(expect.arrayContaining([parent.pid, pid]));
    const deadline = Date.now() + 5000;
    while (readStat(pid)?.state !== "Z" && Date.now() < deadline) await sleep(20);
    expect(readStat(pid)?.state).toBe("Z");
    expect(child && isRunning(child)).toBe(false);
    parent.kill("SIGKILL");
    await once(parent, "close");
  });
});
