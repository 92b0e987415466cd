/** Errors as the engine understands them: gRPC status codes, and the detail that says "it exists, but it is not well". */
import { Metadata, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";

import { encode } from "./struct.ts";
import type { Properties } from "./propertyValues.ts";

/**
 * The resource was created or updated, or exists, but is not as it should be (a Deployment that does not roll out).
 *
 * The engine keeps it in the state with the reasons and fails the step; the next update tries again.
 */
export class InitializationError extends Error {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly reasons: string[];
  constructor(options: { id: string; inputs: Properties; outputs: Properties; reasons: string[] }) {
    super(options.reasons.join("; "));
    this.name = "InitializationError";
    this.id = options.id;
    this.inputs = options.inputs;
    this.outputs = options.outputs;
    this.reasons = options.reasons;
  }
}

/** The plugin does not do this; the message says what it does instead. */
export class UnimplementedError extends Error {
  override name = "UnimplementedError";
}

/** What waits end with after Ctrl-C. */
export class CancelledError extends Error {
  override name = "CancelledError";
}

function initializationDetails(error: InitializationError): Metadata {
  const detail = new providerPb.ErrorResourceInitFailed()
    .setId(error.id)
    .setInputs(encode(error.inputs))
    .setProperties(encode(error.outputs))
    .setReasonsList(error.reasons);
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const full = new statusPb.Status().setCode(status.UNKNOWN).setMessage(error.message);
  full.addDetails(packed);
  const metadata = new Metadata();
  // Where gRPC keeps the details of a status; the Node implementation has no call of its own for it.
  metadata.add("grpc-status-details-bin", Buffer.from(full.serializeBinary()));
  return metadata;
}

function statusCode(error: Error): status {
  if (error instanceof UnimplementedError) {
    return status.UNIMPLEMENTED;
  }
  return error instanceof CancelledError ? status.CANCELLED : status.UNKNOWN;
}

/** The error to answer a gRPC call with. Anything that is not an `Error` is shown as text. */
export function toServiceError(thrown: unknown): ServiceError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const metadata = error instanceof InitializationError ? initializationDetails(error) : new Metadata();
  return Object.assign(new Error(error.message), { code: statusCode(error), details: error.message, metadata });
}
