/**
 * Runs a provider plugin as a process, for the adapters that replace plugins that cannot be downloaded.
 *
 * How to write one:
 *   1. Implement `Provider` (engineRequests.ts): configure, check, diff, create, read, update, delete. Requests and results
 *      are typed. Property values are JSON plus `Secret`, `unknown`, `Asset` and `ResourceReference` (wireValues.ts).
 *   2. Write a program of one call: `await servePlugin(new MyProvider())`. The executable `pulumi-resource-NAME` on PATH runs it
 *      in Node with its own arguments ("$@"), the first of which is the engine's address. select.ts names the program.
 *   3. Keep values secret and unknown: return input values unchanged, and apply `withSecretsOf(live, inputs)` to the response of
 *      an API. `toJson(value)` returns plain data for an API; check `containsUnknown(value)` before.
 *   4. A preview calls create and update with `preview: true`: return known outputs, and `unknown` for the others.
 *   5. diff returns changes by property path (`inputChanges(request)` compares inputs); set `replace` on those that
 *      cannot be made in place.
 *   6. Throw an Error to fail. Throw `InitializationError` if the resource exists but failed to initialize, so that it stays in
 *      the state. Waits use `request.signal`, which Ctrl-C aborts, and report progress to `request.log.status(...)`.
 *   7. Do not print to stdout, which the engine reads the port from. stderr is shown to the user.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { EngineLog } from "./engineLog.ts";
import type { Provider } from "./engineRequests.ts";
import { providerService } from "./providerService.ts";

/** The engine's own limit: the properties in one message can exceed gRPC's default of 4 MiB. */
const maxMessageBytes = 400 * 1024 * 1024;

/** Milliseconds between two checks whether the engine still runs. */
const parentCheckInterval = 1000;

/** Starts a server for the provider on a free port of the loopback interface. */
export async function startServer(provider: Provider, log: EngineLog): Promise<{ server: Server; port: number }> {
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(providerGrpc.ResourceProviderService, providerService(provider, log));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, port };
}

/** Exits when the engine that started this process has exited without stopping it. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit(1);
    }
  }, parentCheckInterval).unref();
}

/** Serves the provider until the engine stops this process. Prints the port first, as the engine expects. */
export async function servePlugin(provider: Provider): Promise<void> {
  // The engine stops a plugin with SIGINT, and kills it after 5 s and reports a crash if it still runs. Ctrl-C at the terminal arrives as Cancel
  // instead: a plugin has a process group of its own.
  process.on("SIGINT", () => process.exit(0));
  exitWithParent();
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const { port } = await startServer(provider, new EngineLog(engineAddress));
  process.stdout.write(`${port}\n`);
}
