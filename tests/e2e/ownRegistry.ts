/** A registry that is not Azure's: a docker-registry of a test's own on this machine, for those with a user name and a password. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "../../local/host/command.ts";

export const user = { username: "puller", password: "open-sesame" };
/** What `htpasswd -B` writes for that user. */
const htpasswd = "puller:$2b$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO\n";

export interface OwnRegistry {
  /** `localhost:PORT`; engine and nodes speak plain HTTP with it, as with every registry on loopback. */
  server: string;
  /** What it answers to whoever asks with that user, as JSON. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startRegistry(): Promise<OwnRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-registry-"));
  const port = await freePort();
  const password = join(folder, "htpasswd");
  writeFileSync(password, htpasswd);
  const config = join(folder, "config.yml");
  writeFileSync(
    config,
    // JSON is YAML as well.
    JSON.stringify({
      version: "0.1",
      log: { level: "warn", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "images") } },
      http: { addr: `127.0.0.1:${port}` },
      auth: { htpasswd: { realm: "test", path: password } },
    }),
  );
  const program = spawn(findProgram("docker-registry", "docker-registry"), ["serve", config], {
    stdio: "ignore",
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  const server = `localhost:${port}`;
  const authorization = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
  await answered(ask, program);
  return {
    server,
    get: async (path) => (await ask(path)).json(),
    stop: async () => {
      const ended = new Promise((resolve) => program.once("exit", resolve));
      program.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function answered(ask: (path: string) => Promise<Response>, program: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && program.exitCode === null; attempt++) {
    if (
      await ask("/v2/")
        .then(({ ok }) => ok)
        .catch(() => false)
    )
      return;
    await sleep(100);
  }
  throw new Error("the test's docker-registry did not start");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
