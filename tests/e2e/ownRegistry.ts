/** A registry outside Azure, with a user name and a password: a separate docker-registry on this machine. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../local/host/command.ts";
import { eventually } from "./localStack.ts";

export const user = { username: "puller", password: "open-sesame" };
/** Output of `htpasswd -B` for that user. */
const htpasswd = "puller:$2b$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO\n";

export interface OwnRegistry {
  /** `localhost:PORT`. The engine and the nodes use plain HTTP, as with every registry on loopback. */
  server: string;
  /** Folder of its data, deleted by `stop`. */
  folder: string;
  /** Sends a request as `user`. @param path path of its API, or a full URL on this registry */
  ask: (path: string, init?: RequestInit) => Promise<Response>;
  stop: () => Promise<void>;
}

export async function startRegistry(): Promise<OwnRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-registry-"));
  const port = await freePort();
  const password = join(folder, "htpasswd");
  writeFileSync(password, htpasswd);
  const config = join(folder, "config.yml");
  writeFileSync(
    config,
    // YAML is a superset of JSON.
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
  const ended = new Promise((resolve) => program.once("exit", resolve));
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, `http://127.0.0.1:${port}`), {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization },
    });
  const stop = async () => {
    program.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    const status = () =>
      ask("/v2/").then(
        ({ status }) => status,
        (error: unknown) => String(error),
      );
    await eventually(status, (said) => said === 200, 30);
  } catch (error) {
    await stop();
    throw error;
  }
  return { server, folder, ask, stop };
}

/** A free port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
