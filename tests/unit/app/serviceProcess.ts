/**
 * The real process for tests: `app/src/main.ts`, started as in production, with its log and exit code.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

// Real processes on a possibly busy machine are slower than other unit tests, and must not be mistaken for hanging.
jest.setTimeout(20_000);

const mainFile = join(import.meta.dirname, "../../../app/src/main.ts");

export interface LogLine extends Record<string, unknown> {
  time: string;
  level: string;
  message: string;
}

export interface Service {
  port: number;
  url: string;
  child: ChildProcess;
  /** Everything logged so far, parsed. @throws Error on a line that is not JSON */
  log(): LogLine[];
  /** Log lines with this message. */
  logged(message: string): LogLine[];
  /** Exit code after the process has ended; null if a signal killed it. */
  exited: Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Kills processes that a test left running; for `afterEach` or `afterAll`. */
export async function killServices(): Promise<void> {
  await Promise.all(
    [...started].map((child) => new Promise((resolve) => (child.once("exit", resolve), child.kill("SIGKILL")))),
  );
}

/** Starts the program with only this environment and returns immediately. */
export function spawnService(env: Record<string, string>): Service {
  const child = spawn(process.execPath, [mainFile], { env, stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.once("exit", () => started.delete(child));
  const port = Number(env.PORT);
  const log = (): LogLine[] =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  const logged = (message: string): LogLine[] => log().filter((line) => line.message === message);
  return { port, url: `http://127.0.0.1:${port}`, child, log, logged, exited };
}

/** Starts the program on a free port and waits until it listens. */
export async function startService(env: Record<string, string> = {}): Promise<Service> {
  const service = spawnService({ PORT: String(await freePort()), DRAIN_SECONDS: "0", CLOSE_SECONDS: "1", ...env });
  await until(() => service.logged("listening").length > 0);
  return service;
}

let nextPort = 21_000 + Number(process.env.JEST_WORKER_ID ?? "1") * 500;

/** A free port. Each jest worker has its own range, below the ports that the kernel gives to clients. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** Waits until the condition holds, checking every few milliseconds. @throws Error after 15 s */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited 15 s for: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
