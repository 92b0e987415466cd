/**
 * The time from a program's start to its first resource. Runs the program as Pulumi's language host does, with an engine that
 * only notes when the first registration arrives.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourcePb from "@pulumi/pulumi/proto/resource_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";

/** The script that the language host starts for every program. */
const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");

/** Milliseconds after which the program is killed; its output shows why it hangs. */
const limitMilliseconds = 120_000;

export interface Program {
  folder: string;
  project: string;
  /** Arguments for Node, as in `nodeargs` of Pulumi.yaml. */
  nodeArgs: string[];
  /** True: run on ts-node, Pulumi's default. False: run on Node directly. */
  tsNode: boolean;
  /** Settings by full key; lists and maps as JSON. */
  config: Record<string, string>;
  /** True: let the program finish, so that it fills its caches. False: kill it after the first registration. */
  toItsEnd: boolean;
}

/** Milliseconds from the process start to the first registration. @throws Error with the output if there is none */
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

/** An engine that answers every call. The stack's own registration precedes the program's load, so it does not count. */
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
