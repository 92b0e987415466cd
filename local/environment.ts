/**
 * The whole environment: its parts, in the order in which they start. A part that already runs correctly is not touched.
 */
import { request } from "node:https";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { upstreamProxy } from "./azure/namesProxy.ts";
import { ensureBaseImage } from "./engine/baseImage.ts";
import { engineStatus, startEngine, stopEngine } from "./engine/engine.ts";
import { kubernetesStatus, startKubernetes, stopKubernetes } from "./kubernetes/startCluster.ts";
import { daemonStatus, startDaemon, stopDaemon, type Daemon, type DaemonStatus } from "./host/daemons.ts";
import { step } from "./progress.ts";
import { caCertificate, checkoutFolder, nodeBinary, ports, runFolder, stateFolder } from "./layout.ts";
import { releasePorts, reservePorts } from "./host/reservedPorts.ts";
import { sourceDigest } from "./sourceDigest.ts";
import { ensureTls } from "./tls.ts";

const azureName = "simulated-azure";

function azureDaemon(): Daemon {
  return {
    name: azureName,
    title: "Simulated Azure",
    command: nodeBinary,
    args: [join(checkoutFolder, "local", "azure", "simulatedAzureMain.ts")],
    configuration: [
      ...["azure", join("plugins", "docker")].map((folder) => sourceDigest(join(checkoutFolder, "local", folder))),
      readFileSync(caCertificate, "utf8"),
    ],
    env: { HTTPS_PROXY: upstreamProxy(process.env, ports.azureNames)?.href ?? "" },
    listens: [ports.azure, ports.azureNames].map((port) => ({ port, address: "127.0.0.1" })),
    ready: answersMetadata,
  };
}

/** Whether the simulated Azure answers the request that every client sends first. */
function answersMetadata(): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `https://localhost:${ports.azure}/metadata/endpoints?api-version=2022-09-01`;
    request(url, { ca: readFileSync(caCertificate), timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", () => resolve(false))
      .end();
  });
}

/** Starts everything. @throws Error naming the part that failed, with the end of its log */
export async function startEnvironment(): Promise<void> {
  reservePorts();
  await step("Certificates", () => ensureTls().then(() => undefined));
  await step("Container engine", startEngine);
  // The cluster takes its seconds waiting and the image its seconds working.
  await step("Kubernetes, and the stand-in for the Node base image", async (report) => {
    await Promise.all([startKubernetes(report), ensureBaseImage(report)]);
  });
  await step("Simulated Azure", async () => void (await startDaemon(azureDaemon())));
}

/** Stops everything. With `remove`, only the cache of tools stays on the machine. */
export async function stopEnvironment(options: { remove: boolean }): Promise<void> {
  await step("Stopping the simulated Azure", async () => void (await stopDaemon(azureName)));
  await step("Stopping Kubernetes", (report) => stopKubernetes(report, options));
  await step("Stopping the container engine", (report) => stopEngine(report, options));
  releasePorts();
  rmSync(join(runFolder, "pids"), { recursive: true, force: true });
  if (options.remove) rmSync(stateFolder, { recursive: true, force: true });
}

export function environmentStatus(): DaemonStatus[] {
  return [...engineStatus(), ...kubernetesStatus(), daemonStatus(azureName)];
}

/** Does any part run? */
export const environmentRuns = (): boolean => environmentStatus().some(({ pid }) => pid !== undefined);
