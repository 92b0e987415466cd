import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as Processes from "../../../../local/host/daemons.ts";
import type * as Procfs from "../../../../local/host/procfs.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-processes-"));
let processes: typeof Processes;
let procfs: typeof Procfs;
const strangers: ChildProcess[] = [];

beforeAll(async () => {
  process.env.TARMAC_RUN = join(folder, "run");
  process.env.TARMAC_STATE = join(folder, "state");
  processes = await import("../../../../local/host/daemons.ts");
  procfs = await import("../../../../local/host/procfs.ts");
});

afterAll(async () => {
  for (const name of ["sleeper", "stubborn", "lost", "torn", "greedy"]) {
    await processes.stopDaemon(name, { graceSeconds: 0, program: "sh" });
  }
  for (const stranger of strangers) {
    stranger.kill("SIGKILL");
    await once(stranger, "close");
  }
  rmSync(folder, { recursive: true, force: true });
});

const pidFile = (name: string) => join(folder, "run", "pids", `${name}.json`);

/** A shell as a daemon, which is ready when its file exists. */
function shell(name: string, script: string, over: Partial<Processes.Daemon> = {}): Processes.Daemon {
  const file = join(folder, `${name}.ready`);
  return {
    name,
    title: `test daemon ${name}`,
    command: "/bin/sh",
    args: ["-c", script, file],
    ready: () => Promise.resolve(existsSync(file)),
    ...over,
  };
}

const sleeping = 'touch "$0"; while :; do sleep 0.05; done';

describe("startDaemon", () => {
  it("starts a daemon, and then leaves it alone", async () => {
    const daemon = shell("sleeper", sleeping);
    expect(await processes.startDaemon(daemon)).toBe("started");
    const { pid } = processes.daemonStatus("sleeper");
    expect(procfs.commandLine(pid ?? 0)).toEqual([daemon.command, ...daemon.args]);
    expect(await processes.startDaemon(daemon)).toBe("running");
    expect(processes.daemonStatus("sleeper").pid).toBe(pid);
  });

  it.each([
    ["its environment", { env: { COLOUR: "blue" } }],
    ["a file it has read", { configuration: ["new contents"] }],
  ])("restarts a daemon when %s has changed", async (_, change) => {
    await processes.startDaemon(shell("sleeper", sleeping));
    const { pid } = processes.daemonStatus("sleeper");
    expect(await processes.startDaemon(shell("sleeper", sleeping, change))).toBe("started");
    expect(processes.daemonStatus("sleeper").pid).not.toBe(pid);
    expect(procfs.readStat(pid ?? 0)?.state ?? "Z").toBe("Z");
  });

  it("passes only the TARMAC_ variables of the caller's environment", async () => {
    process.env.SECRET_OF_THE_CALLER = "x";
    await processes.startDaemon(shell("sleeper", sleeping, { env: { GIVEN: "1" } }));
    const names = procfs
      .initialEnvironment(processes.daemonStatus("sleeper").pid ?? 0)
      .map((entry) => entry.split("=")[0]);
    expect(names.sort()).toEqual(["GIVEN", "LANG", "PATH", "TARMAC_PID_FILE", "TARMAC_RUN", "TARMAC_STATE"]);
  });

  it("says how a daemon exited that did not become ready, with the end of its log and the log's path", async () => {
    const daemon = shell("greedy", "echo first line; echo no more disk >&2; exit 3");
    await expect(processes.startDaemon(daemon)).rejects.toThrow(
      `test daemon greedy exited with status 3. The end of ${processes.logFile("greedy")}:\n  first line\n  no more disk`,
    );
    expect(existsSync(pidFile("greedy"))).toBe(false);
  });

  it("stops a daemon that is not ready in time", async () => {
    const daemon = shell("greedy", "echo waiting; exec sleep 60", { readyTimeoutSeconds: 0.2 });
    await expect(processes.startDaemon(daemon)).rejects.toThrow(/was not ready within 0.2 s.*\n {2}waiting/);
    expect(processes.daemonStatus("greedy").pid).toBeUndefined();
  });

  it("says that a program cannot be run", async () => {
    const daemon = shell("greedy", "", { command: "/nowhere/program" });
    await expect(processes.startDaemon(daemon)).rejects.toThrow(/could not be started: .*ENOENT/);
  });

  it("replaces a daemon whose pid file is lost", async () => {
    const daemon = shell("lost", sleeping);
    await processes.startDaemon(daemon);
    const { pid = 0 } = processes.daemonStatus("lost");
    const before = procfs.readStat(pid);
    rmSync(pidFile("lost"));
    expect(await processes.startDaemon(daemon)).toBe("started");
    expect(before && procfs.isRunning(before)).toBe(false);
  });

  it("ignores an incomplete pid file", async () => {
    mkdirSync(join(folder, "run", "pids"), { recursive: true });
    writeFileSync(pidFile("torn"), '{"pid":');
    expect(await processes.startDaemon(shell("torn", sleeping))).toBe("started");
  });

  it("names the program that uses its port, and the fix", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const daemon = shell("greedy", sleeping, { listens: [{ port, address: "127.0.0.1" }] });
    await expect(processes.startDaemon(daemon)).rejects.toThrow(
      new RegExp(
        `^Port ${port}, needed for test daemon greedy, is in use by process ${process.pid} \\(.*kill ${process.pid}`,
      ),
    );
    server.close();
  });
});

describe("stopDaemon", () => {
  it("kills a daemon that ignores SIGTERM after the time limit", async () => {
    await processes.startDaemon(shell("stubborn", `trap "" TERM; ${sleeping}`));
    expect(await processes.stopDaemon("stubborn", { graceSeconds: 0.2 })).toBe(true);
    expect(processes.daemonStatus("stubborn").pid).toBeUndefined();
    expect(existsSync(pidFile("stubborn"))).toBe(false);
  });

  it("does nothing when the daemon does not run", async () => {
    expect(await processes.stopDaemon("never-started", { program: "sh" })).toBe(false);
  });

  it("does not stop another process with the daemon's id", async () => {
    await processes.startDaemon(shell("sleeper", sleeping));
    const record = JSON.parse(readFileSync(pidFile("sleeper"), "utf8")) as { pid: number };
    await sleep(30); // Start times are told apart by the clock's tick of 10 ms.
    const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
    strangers.push(stranger);
    await processes.stopDaemon("sleeper");
    writeFileSync(pidFile("sleeper"), JSON.stringify({ ...record, pid: stranger.pid }));
    expect(await processes.stopDaemon("sleeper")).toBe(false);
    expect(procfs.readStat(stranger.pid ?? 0)?.state).not.toBe("Z");
    expect(stranger.exitCode).toBeNull();
  });
});
