/**
 * A provider plugin as a process, for the adapters that stand in for plugins which cannot be downloaded.
 *
 * How to write one:
 *   1. Implement `Provider` (provider.ts): configure, check, diff, create, read, update, delete. Requests and results
 *      are typed; property values are JSON plus `Secret`, `unknown`, `Asset` and `ResourceReference` (values.ts).
 *   2. main.ts is one call: `await servePlugin(new MyProvider())`. The executable `pulumi-resource-NAME` on PATH execs
 *      Node on it with its arguments ("$@"), the first of which is the engine's address.
 *   3. Keep secretness and unknowns: return input values as they came, and use `withSecretsOf(live, inputs)` on what an
 *      API returned. `toJson(value)` gives plain data for an API, `containsUnknown(value)` asks first.
 *   4. A preview calls create and update with `preview: true`: return the outputs as far as they are known, else `unknown`.
 *   5. diff returns changes by property path (`inputChanges(request)` compares inputs); set `replace` on those that
 *      cannot be made in place.
 *   6. Throw an Error to fail. Throw `InitializationError` where the resource now exists but is not well: it is kept in
 *      the state. Waits take `request.signal`, which Ctrl-C aborts, and tell `request.log.status(...)` what they wait for.
 *   7. stdout belongs to the engine (the port): print nothing there. stderr is shown to the user as it is.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { EngineLog } from "./engineLog.ts";
import type { Provider } from "./engineRequests.ts";
import { providerService } from "./providerService.ts";

/** As the engine sets it: a stack's properties in one message can exceed gRPC's default of 4 MiB. */
const maxMessageBytes = 400 * 1024 * 1024;

/** Milliseconds between two looks at whether the engine still lives. */
const parentCheckInterval = 1000;

/** A server of the provider on a free port of the loopback interface. */
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

/** Ends the process when the engine that started it is gone without saying so. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit(1);
    }
  }, parentCheckInterval).unref();
}

/** Serves the provider until the engine ends this process; prints the port first, as the engine expects. */
export async function servePlugin(provider: Provider): Promise<void> {
  // The engine's way to end a plugin, which runs in a process group of its own: Ctrl-C at the terminal does not reach it,
  // that arrives as Cancel. A plugin that stays is killed after 5 s, and then reported as one that crashed.
  process.on("SIGINT", () => process.exit(0));
  exitWithParent();
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const { port } = await startServer(provider, new EngineLog(engineAddress));
  process.stdout.write(`${port}\n`);
}
