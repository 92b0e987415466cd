/** The real plugin process, started as the engine starts it but for the engine, and called over gRPC. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

const main = join(__dirname, "../../../../../local/plugins/kubernetes/main.ts");

type Method = (request: Message, callback: (error: ServiceError | null, response: Message) => void) => void;

export interface PluginProcess {
  /** Calls a method of the service; rejects with the gRPC error. */
  call<Response extends Message>(method: string, request: Message): Promise<Response>;
  stop(): Promise<void>;
}

export async function startPlugin(): Promise<PluginProcess> {
  const plugin = spawn(process.execPath, [main], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(plugin.stdout, "data")) as [Buffer];
  const address = `127.0.0.1:${port.toString().trim()}`;
  const client = new providerGrpc.ResourceProviderClient(address, credentials.createInsecure());
  const methods = client as unknown as Record<string, Method>;
  return {
    call: <Response extends Message>(method: string, request: Message) =>
      new Promise<Response>((resolve, reject) => {
        methods[method]?.(request, (error, response) =>
          error === null ? resolve(response as Response) : reject(error),
        );
      }),
    stop: async () => {
      client.close();
      plugin.kill();
      await once(plugin, "exit");
    },
  };
}
