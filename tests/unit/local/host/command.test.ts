import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError, findProgram, run } from "../../../../local/host/command.ts";
import { acceptsOnSocket, answersOk } from "../../../../local/host/readiness.ts";

describe("run", () => {
  it("passes the input to the program and returns its output", async () => {
    expect(await run("/bin/sh", ["-c", "tr a-z A-Z"], { input: "abc" })).toBe("ABC");
  });

  it("passes only the environment it was given", async () => {
    process.env.SECRET_OF_THE_CALLER = "x";
    const output = await run("/bin/sh", ["-c", 'echo "${SECRET_OF_THE_CALLER-none} $GIVEN"'], {
      env: { GIVEN: "yes" },
    });
    expect(output).toBe("none yes\n");
  });

  it("names the command, its exit status, and the reason", async () => {
    const failure = run("/bin/sh", ["-c", "echo no such thing >&2; exit 4"]);
    await expect(failure).rejects.toThrow(
      "/bin/sh -c echo no such thing >&2; exit 4 exited with status 4: no such thing",
    );
    await expect(failure).rejects.toMatchObject({ status: 4, stderr: "no such thing\n" });
  });

  it("kills a program that exceeds the time limit", async () => {
    await expect(run("/bin/sleep", ["30"], { timeoutSeconds: 0.1 })).rejects.toThrow(
      /was killed by SIGKILL \(time limit: 0.1 s\)/,
    );
  });

  it("reports a missing program, and one that does not read its input", async () => {
    await expect(run("/nowhere/program", [])).rejects.toBeInstanceOf(CommandError);
    expect(await run("/bin/true", [], { input: "x".repeat(1_000_000) })).toBe("");
  });
});

describe("findProgram", () => {
  it("returns an absolute path, or names the package to install", () => {
    expect(findProgram("sh", "dash")).toMatch(/^\/.*\/sh$/);
    expect(() => findProgram("no-such-program", "some-package")).toThrow(
      "no-such-program is not installed: apt-get install --no-install-recommends some-package",
    );
  });
});

describe("readiness", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-ready-"));
  const socketPath = join(folder, "daemon.sock");
  let status = 503;
  const server = createServer((_, response) => response.writeHead(status).end());

  beforeAll(() => new Promise<void>((resolve) => server.listen(socketPath, resolve)));
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it("accepts only the status 200", async () => {
    expect(await answersOk("http://daemon/healthz", { socketPath })).toBe(false);
    status = 200;
    expect(await answersOk("http://daemon/healthz", { socketPath })).toBe(true);
    expect(await answersOk("http://127.0.0.1:1/healthz")).toBe(false);
  });

  it("recognizes a socket with a listener", async () => {
    expect(await acceptsOnSocket(socketPath)).toBe(true);
    expect(await acceptsOnSocket(join(folder, "other.sock"))).toBe(false);
  });
});
