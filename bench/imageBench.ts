/** The size of the service's image, and the time until a container of it is ready. */
import { createGzip } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { Writable } from "node:stream";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { run } from "../local/host/command.ts";
import { checkoutFolder } from "../local/layout.ts";
import { stackEnvironment } from "../local/stack/stack.ts";
import { baseImage } from "../tests/e2e/builtImageCases.ts";
import { freePort } from "../tests/e2e/ownRegistry.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result, type Samples } from "./measure/measure.ts";

export const image: Bench = {
  title:
    "the image's compressed size compared with node:24-alpine, and its start to /ready compared with a bare server",
  needsEnvironment: true,
  runs: 5,
  measure,
};

const tag = "tarmac-bench:image";

/** Megabytes of the linux/amd64 layers of `node:24-alpine` (24.21), from its registry's manifest: it cannot be pulled here. */
const alpineMegabytes = 55.8;

/** The smallest program that answers requests, on the same Node. */
const bareServer = "require('node:http').createServer((_, response) => response.end()).listen(8080)";

const environment = () => {
  const { PATH = "", DOCKER_HOST = "" } = stackEnvironment();
  // The classic builder, because Debian's packages lack the buildx plugin.
  return { PATH, DOCKER_HOST, DOCKER_BUILDKIT: "0" };
};
const docker = (...args: string[]) => run("docker", args, { env: environment(), timeoutSeconds: 300 });

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  await docker("build", "--build-arg", `NODE_IMAGE=${baseImage}`, "--tag", tag, join(checkoutFolder, "app"));
  const megabytes = (await compressedBytes()) / 1e6;
  const [app, bare] = await inTurn(
    [
      { what: "the service, to /ready", once: () => millisecondsToAnswer("/ready", [tag]) },
      {
        what: "a bare server on the same Node",
        once: () => millisecondsToAnswer("/", ["--entrypoint", "/usr/local/bin/node", tag, "-e", bareServer]),
      },
    ],
    { runs, unit: "ms", say },
  );
  await docker("image", "rm", tag);
  const size = (what: string, value: number): Samples => ({ what, unit: "MB", values: [value] });
  const [own, alpine] = [size("the image, compressed", megabytes), size("node:24-alpine", alpineMegabytes)];
  return { samples: [own, alpine, app, bare], comparisons: [compare(own, alpine, 1), compare(app, bare)] };
}

/** Bytes of all layers with gzip at its default level, as registries store them. */
async function compressedBytes(): Promise<number> {
  const child = spawn("docker", ["save", tag], {
    env: { ...process.env, ...environment() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let bytes = 0;
  const count = new Writable({
    write(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(child.stdout, createGzip(), count);
  return bytes;
}

/** Milliseconds from the start of the container's process to its first 200, under the limits of the stack's pods. */
async function millisecondsToAnswer(path: string, command: string[]): Promise<number> {
  const port = await freePort();
  const restrictions = ["--read-only", "--tmpfs", "/tmp", "--user", "10001:10001", "--cap-drop", "ALL"];
  const limits = ["--memory", "256m", "--cpus", "0.5", "--publish", `127.0.0.1:${port}:8080`];
  const id = (await docker("create", ...restrictions, ...limits, ...command)).trim();
  try {
    const starting = docker("start", id);
    // The await below reports a failed start.
    starting.catch(() => undefined);
    const answered = await firstAnswer(`http://127.0.0.1:${port}${path}`);
    await starting;
    const started = await docker("inspect", "--format", "{{.State.StartedAt}}", id);
    return answered - Date.parse(started.trim());
  } finally {
    await docker("rm", "--force", id);
  }
}

/** Time of the first 200, in milliseconds since 1970. @throws Error after 30 s */
async function firstAnswer(url: string): Promise<number> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
      async (response) => (await response.arrayBuffer(), response.status === 200),
      () => false,
    );
    if (ok) return Date.now();
    await sleep(5);
  }
  throw new Error(`${url} did not answer within 30 s`);
}
