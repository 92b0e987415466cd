/**
 * Stores a registry's images: a Debian `docker-registry` process that accepts only tokens signed here. It listens on a socket file, so it needs no
 * port and can only be reached through the front door. It is a child of this process, and restarted when it dies.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "../../host/command.ts";
import { openLog } from "../../host/daemonLog.ts";
import { stopProcess } from "../../host/daemons.ts";
import { commandLine, isRunning, type ProcessIdentity, readStat } from "../../host/procfs.ts";
import { registryIssuer } from "./tokenService.ts";

/** The registry to serve. */
export interface BackendSpec {
  name: string;
  /** `localhost:<port>`: the audience of its tokens. */
  loginServer: string;
  /** The socket file to listen on. */
  socketPath: string;
  /** An existing folder for images, configuration, pid file and log. */
  folder: string;
  /** Certificate of the key that signs its tokens. */
  tokenCertificate: string;
}

export interface Backend {
  /** The socket file that the front door forwards requests to. */
  socketPath: string;
  /** Folder in which it keeps its images. */
  images: string;
  /** A description of its state. */
  status(): string;
  stop(): Promise<void>;
}

/** Starts a backend and resolves when it answers. @throws Error with the reason when it does not */
export type LaunchBackend = (spec: BackendSpec) => Promise<Backend>;

const readySeconds = 15;
const longestPauseSeconds = 10;

export const launchDockerRegistry: LaunchBackend = async (spec) => {
  const program = findProgram("docker-registry", "docker-registry");
  const setpriv = findProgram("setpriv", "util-linux");
  const configFile = join(spec.folder, "config.yml");
  const pidFile = join(spec.folder, "docker-registry.pid");
  const logFile = join(spec.folder, "docker-registry.log");
  await endStale(pidFile, configFile);
  mkdirSync(imagesOf(spec), { recursive: true });
  // JSON is valid YAML.
  writeFileSync(configFile, JSON.stringify(configuration(spec), null, 2), { mode: 0o600 });

  let stopping = false;
  let child: ProcessIdentity | undefined;
  let deaths = 0;

  const start = (): Promise<void> => {
    // A killed process leaves its socket file behind, which keeps a new one from listening.
    rmSync(spec.socketPath, { force: true });
    const log = openLog(logFile);
    // The kernel kills it when this process ends, however it ends.
    const registry = spawn(setpriv, ["--pdeathsig", "TERM", program, "serve", configFile], {
      cwd: "/",
      stdio: ["ignore", log.descriptor, log.descriptor],
    });
    closeSync(log.descriptor);
    child = registry.pid === undefined ? undefined : readStat(registry.pid);
    if (child !== undefined) writeFileSync(pidFile, JSON.stringify({ pid: child.pid, startTicks: child.startTicks }));
    const startedAt = Date.now();
    let ended = false;
    const over = () => {
      if (ended) return;
      ended = true;
      if (stopping) return;
      // It died: restart immediately the first time, then with growing pauses, until it has run for a while.
      deaths = Date.now() - startedAt > 60_000 ? 0 : deaths + 1;
      const pause = Math.min(longestPauseSeconds, deaths * 0.5);
      setTimeout(() => void (stopping ? undefined : start().catch(() => undefined)), pause * 1000).unref();
    };
    registry.once("exit", over);
    registry.once("error", over);
    return ready(
      spec.socketPath,
      () => ended,
      () => `docker-registry of ${spec.name} did not start. The end of ${logFile}:\n${log.tail()}`,
    );
  };

  const stop = async () => {
    stopping = true;
    if (child !== undefined) await stopProcess(child);
    rmSync(pidFile, { force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socketPath: spec.socketPath,
    images: imagesOf(spec),
    status: () => (child !== undefined && isRunning(child) ? `running, pid ${child.pid}` : "starting again"),
    stop,
  };
};

/** Stops the process that a killed service left behind, if its start time and configuration show that it is still the same process. */
async function endStale(pidFile: string, configFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  try {
    const stale = JSON.parse(readFileSync(pidFile, "utf8")) as ProcessIdentity;
    if (isRunning(stale) && commandLine(stale.pid).includes(configFile)) await stopProcess(stale);
  } catch (error) {
    // An incomplete pid file names no process.
    if (!(error instanceof SyntaxError)) throw error;
  }
  rmSync(pidFile, { force: true });
}

const imagesOf = ({ folder }: BackendSpec) => join(folder, "images");

function configuration(spec: BackendSpec): object {
  return {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: imagesOf(spec) },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: true, age: "24h", interval: "1h", dryrun: false } },
    },
    http: {
      net: "unix",
      addr: spec.socketPath,
      // Clients come through the front door, which absolute links would bypass.
      relativeurls: true,
      // Signs the state of uploads. It is stored so that an upload can continue after a restart.
      secret: uploadSecret(spec.folder),
    },
    auth: {
      token: {
        realm: `https://${spec.loginServer}/oauth2/token`,
        service: spec.loginServer,
        issuer: registryIssuer,
        rootcertbundle: spec.tokenCertificate,
      },
    },
  };
}

function uploadSecret(folder: string): string {
  const file = join(folder, "upload.secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

async function ready(socketPath: string, ended: () => boolean, failure: () => string): Promise<void> {
  const deadline = Date.now() + readySeconds * 1000;
  while (!(await accepts(socketPath))) {
    if (ended() || Date.now() > deadline) throw new Error(failure());
    await sleep(50);
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
