/**
 * What stores a registry's images: a Debian `docker-registry` process that takes only tokens signed here. It listens on a socket file, so that
 * it is reached through the front door only and needs no port; it is a child of this process, started again when it dies.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "../../host/command.ts";
import { openLog } from "../../host/daemonLog.ts";
import { stopProcess } from "../../host/processes.ts";
import { commandLine, isRunning, type ProcessIdentity, readStat } from "../../host/procfs.ts";
import { registryIssuer } from "./tokenService.ts";

/** What is to be served, and where. */
export interface BackendSpec {
  name: string;
  /** `localhost:<port>`: the service that tokens are for. */
  loginServer: string;
  /** Where it is to listen. */
  socketPath: string;
  /** Holds images, configuration, pid file and log; it exists. */
  folder: string;
  /** Certificate of the key that signs its tokens. */
  tokenCertificate: string;
}

export interface Backend {
  /** Where the front door passes requests on to. */
  socketPath: string;
  /** Folder in which it keeps its images. */
  images: string;
  /** Whether it answers now, in a word for people. */
  status(): string;
  stop(): Promise<void>;
}

/** Starts a backend and resolves when it answers. @throws with the reason when it does not. */
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
  // JSON is YAML as well.
  writeFileSync(configFile, JSON.stringify(configuration(spec), null, 2), { mode: 0o600 });

  let stopping = false;
  let child: ProcessIdentity | undefined;
  let deaths = 0;

  const start = (): Promise<void> => {
    // Left over by one that was killed; a new one could not listen.
    rmSync(spec.socketPath, { force: true });
    const log = openLog(logFile);
    // The kernel ends it together with this process, however that ends.
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
      // Died by itself: at once again the first time, then ever slower, unless it had run well for a while.
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

/** Ends the process that a killed service left behind; only if it is still the very one, by start time and configuration. */
async function endStale(pidFile: string, configFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  try {
    const stale = JSON.parse(readFileSync(pidFile, "utf8")) as ProcessIdentity;
    if (isRunning(stale) && commandLine(stale.pid).includes(configFile)) await stopProcess(stale);
  } catch (error) {
    // A torn pid file names nobody.
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
      // Clients come through the front door: absolute links would lead past it.
      relativeurls: true,
      // Signs the state of an upload, so that one outlives a restart.
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
