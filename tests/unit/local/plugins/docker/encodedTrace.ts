/** BuildKit's progress messages, encoded as the engine sends them. */
import protobuf from "google-protobuf";
import type { BinaryWriter } from "google-protobuf";

export interface TraceContent {
  steps?: { digest: string; name: string; started?: boolean; completed?: boolean; cached?: boolean; error?: string }[];
  logs?: { step: string; text: string }[];
}

const bytesOf = (write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new protobuf.BinaryWriter();
  write(writer);
  return writer.getResultBuffer();
};

/** moby.buildkit.v1.StatusResponse, including statuses, which are not decoded. */
export function encodeTrace({ steps = [], logs = [] }: TraceContent): string {
  const timestamp = bytesOf((writer) => writer.writeInt64(1, 1_700_000_000));
  const whole = bytesOf((writer) => {
    for (const step of steps) {
      writer.writeBytes(
        1,
        bytesOf((vertex) => {
          vertex.writeString(1, step.digest);
          vertex.writeString(2, "sha256:input");
          vertex.writeString(3, step.name);
          if (step.cached === true) vertex.writeBool(4, true);
          if (step.started === true) vertex.writeBytes(5, timestamp);
          if (step.completed === true) vertex.writeBytes(6, timestamp);
          if (step.error !== undefined) vertex.writeString(7, step.error);
        }),
      );
    }
    writer.writeBytes(
      2,
      bytesOf((status) => status.writeString(1, "extracting")),
    );
    for (const log of logs) {
      writer.writeBytes(
        3,
        bytesOf((entry) => {
          entry.writeString(1, log.step);
          entry.writeBytes(2, timestamp);
          entry.writeInt64(3, 1);
          entry.writeBytes(4, Buffer.from(log.text));
        }),
      );
    }
  });
  return Buffer.from(whole).toString("base64");
}
