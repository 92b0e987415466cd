/** Evidence of an image without faults. Each test changes one part. */
import { conditionsOf, type Conditions } from "../../../../ops/checkImage/podConditions.ts";
import type { ImageConfig, RunEvidence, Start, Stop } from "../../../../ops/checkImage/runEvidence.ts";
import type { ContainerProcess } from "../../../../ops/checkImage/run/containerProcesses.ts";
import type { ImageContent } from "../../../../ops/checkImage/image/content.ts";

export const config: ImageConfig = {
  platform: "linux/amd64",
  user: "10001:10001",
  environment: ["PATH=/usr/local/bin", "NODE_ENV=production"],
  entrypoint: ["node", "main.js"],
  command: [],
  labels: { "org.opencontainers.image.base.name": "node:24.21.0-trixie-slim" },
  stopSignal: "SIGTERM",
  healthcheck: false,
  history: ["COPY . ."],
  workingFolder: "/app",
  healthcheckCommand: [],
  onBuild: [],
};

export const content: ImageContent = {
  bytes: 132e6,
  compressedBytes: 50e6,
  layers: 3,
  setuid: [],
  worldWritable: [],
  tools: [],
  secrets: [],
  scripts: [],
  users: [0, 10001],
  developmentPackages: [],
  packageScripts: {},
  certificates: true,
  countsCpus: [],
};

/** The defaults: port 8080, 256 Mi, ready within 15 s, 25 s of grace. */
export const conditions: Conditions = conditionsOf(
  "hello",
  {},
  { writable: [], platform: "linux/amd64", load: { path: "/", requests: 2000, connections: 20 } },
);

export const everywhere = { address: "::", port: 8080 };

export const ready: Start = {
  readyAfter: 400,
  ready: { status: 200 },
  health: { status: 200 },
  log: "listening\n",
  listeners: [everywhere],
};

export const stopped: Stop = {
  signal: "SIGTERM",
  exit: { code: 0, outOfMemory: false },
  milliseconds: 5100,
  servedFor: 5000,
  ready: [{ status: 503 }, { error: "refused" }],
  health: [{ status: 200 }, { error: "cut" }, { error: "refused" }],
  load: [{ status: 200 }, { error: "refused" }],
};

/** A process that handles SIGTERM by default. */
export const process = (pid: number, parent: number, command: string, caught = [15]): ContainerProcess => ({
  ...{ pid, parent, caught, zombie: false },
  name: command.split(" ")[0] ?? "",
  arguments: command.split(" "),
});

export const run: RunEvidence = {
  restricted: ready,
  plain: { ...ready, written: [] },
  trials: {},
  otherPort: { ...ready, port: 8081, listeners: [{ address: "::", port: 8081 }] },
  health: { status: 200 },
  load: { requests: 2000, failed: 0, seconds: 2, peakMemory: 60 * 2 ** 20 },
  stop: stopped,
  exit: { code: 0, outOfMemory: false },
  log: "listening\nstopped\n",
};
