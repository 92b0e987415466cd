/**
 * How long a program takes to its first resource: run as Pulumi's language host runs it, against an engine that does
 * nothing but note when the first registration arrives.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourcePb from "@pulumi/pulumi/proto/resource_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";

/** Started by the language host for every program. */
const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");

/** No program takes that long; what is wrong with one that does is in its output. */
const limitMilliseconds = 120_000;

export interface Program {
  folder: string;
  project: string;
  /** Arguments of Node's own, as `nodeargs` in Pulumi.yaml has them. */
  nodeArgs: string[];
  /** By ts-node, as Pulumi does by default, or by Node itself. */
  tsNode: boolean;
  /** Settings by their full key; lists and maps as JSON. */
  config: Record<string, string>;
  /** Let it run to its end, so that it leaves behind what it would (caches); else it is ended at once. */
  toItsEnd: boolean;
}

/** Milliseconds from the start of the process. @throws Error with the program's output when it registers nothing */
export async function millisecondsToFirstRegistration(program: Program): Promise<number> {
  let registered: (at: number) => void;
  const first = new Promise<number>((resolve) => (registered = resolve));
  let output = "";
  const server = engine(
    () => registered(performance.now()),
    (text) => (output += text),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const address = `127.0.0.1:${port}`;
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...program.nodeArgs,
      runner,
      ...["--monitor", address, "--engine", address, "--project", program.project, "--stack", "bench"],
      ...["--parallel", "10", "--dry-run", "--root-directory", program.folder, "--pwd", program.folder],
      "index.ts",
    ],
    {
      cwd: program.folder,
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: String(program.tsNode),
        PULUMI_CONFIG: JSON.stringify(program.config),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const tooLate = setTimeout(() => child.kill("SIGKILL"), limitMilliseconds);
  try {
    const outcome = await Promise.race([first, ended]);
    if (outcome === undefined) throw new Error(`${program.folder} registered no resource:\n${output}`);
    if (program.toItsEnd) await ended;
    return outcome - begun;
  } finally {
    clearTimeout(tooLate);
    child.kill("SIGKILL");
    await ended;
    server.forceShutdown();
  }
}

/** The stack itself is registered before the program is loaded, so it does not count. */
function engine(onFirst: () => void, said: (text: string) => void): Server {
  const server = new Server();
  const nothing = (_: unknown, reply: sendUnaryData<emptyPb.Empty>) => reply(null, new emptyPb.Empty());
  server.addService(resourceGrpc.ResourceMonitorService, {
    supportsFeature: (_: unknown, reply: sendUnaryData<resourcePb.SupportsFeatureResponse>) =>
      reply(null, new resourcePb.SupportsFeatureResponse().setHassupport(true)),
    registerResource: (
      { request }: ServerUnaryCall<resourcePb.RegisterResourceRequest, resourcePb.RegisterResourceResponse>,
      reply: sendUnaryData<resourcePb.RegisterResourceResponse>,
    ) => {
      if (request.getType() !== "pulumi:pulumi:Stack") onFirst();
      const urn = `urn:pulumi:bench::bench::${request.getType()}::${request.getName()}`;
      reply(null, new resourcePb.RegisterResourceResponse().setUrn(urn));
    },
    invoke: (_: unknown, reply: sendUnaryData<resourcePb.ResourceInvokeResponse>) =>
      reply(null, new resourcePb.ResourceInvokeResponse()),
    registerResourceOutputs: nothing,
    registerStackTransform: nothing,
    signalAndWaitForShutdown: nothing,
  });
  server.addService(engineGrpc.EngineService, {
    log: ({ request }: ServerUnaryCall<enginePb.LogRequest, emptyPb.Empty>, reply: sendUnaryData<emptyPb.Empty>) => {
      said(`${request.getMessage()}\n`);
      reply(null, new emptyPb.Empty());
    },
    getRootResource: (_: unknown, reply: sendUnaryData<enginePb.GetRootResourceResponse>) =>
      reply(null, new enginePb.GetRootResourceResponse()),
    setRootResource: (_: unknown, reply: sendUnaryData<enginePb.SetRootResourceResponse>) =>
      reply(null, new enginePb.SetRootResourceResponse()),
  });
  return server;
}
