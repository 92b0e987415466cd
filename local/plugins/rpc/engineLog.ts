/** Messages to Pulumi's display, through the engine's gRPC service. */
import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Messages about one resource. */
export interface ResourceLog {
  info(message: string): void;
  warn(message: string): void;
  /** Shown in the resource's line until the next message replaces it. Not kept. */
  status(message: string): void;
}

const { LogSeverity } = enginePb;

/** The engine's log. Sending is not awaited, so that a lost message does not fail a deployment. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineGrpc.EngineClient> | undefined;

  /** @param address of the engine's gRPC service. Without one (in tests) messages go to stderr. */
  constructor(address: string | undefined) {
    this.#client =
      address === undefined ? undefined : new engineGrpc.EngineClient(address, credentials.createInsecure());
  }

  #send(severity: enginePb.LogSeverity, urn: string, text: string, ephemeral: boolean): void {
    if (this.#client === undefined) {
      if (!ephemeral) {
        process.stderr.write(`${text}\n`);
      }
      return;
    }
    const request = new enginePb.LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(text)
      .setEphemeral(ephemeral);
    this.#client.log(request, () => undefined);
  }

  /** The log of one resource; an empty urn is the stack itself. */
  forResource(urn: string): ResourceLog {
    return {
      info: (text) => this.#send(LogSeverity.INFO, urn, text, false),
      warn: (text) => this.#send(LogSeverity.WARNING, urn, text, false),
      status: (text) => this.#send(LogSeverity.INFO, urn, text, true),
    };
  }

  close(): void {
    this.#client?.close();
  }
}
