/** Errors in the engine's form: gRPC status codes, and the detail for a resource that exists but failed to initialize. */
import { Metadata, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";

import { encode } from "./struct.ts";
import type { Properties } from "./wireValues.ts";

/**
 * The resource exists, but failed to initialize (its operation failed after it was accepted).
 *
 * The engine keeps it in the state with the reasons and fails the step. The next update tries again.
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

/** The plugin does not support the request. */
export class UnimplementedError extends Error {
  override name = "UnimplementedError";
}

/** Ends waits after Ctrl-C. */
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
  // The metadata key of a status's details, which the Node implementation of gRPC has no function for.
  metadata.add("grpc-status-details-bin", Buffer.from(full.serializeBinary()));
  return metadata;
}

function statusCode(error: Error): status {
  if (error instanceof UnimplementedError) {
    return status.UNIMPLEMENTED;
  }
  return error instanceof CancelledError ? status.CANCELLED : status.UNKNOWN;
}

/** The response to a gRPC call that failed. Anything that is not an `Error` is converted to text. */
export function toServiceError(thrown: unknown): ServiceError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const metadata = error instanceof InitializationError ? initializationDetails(error) : new Metadata();
  return Object.assign(new Error(error.message), { code: statusCode(error), details: error.message, metadata });
}
