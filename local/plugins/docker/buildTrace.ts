/** Decodes BuildKit's progress, which the engine's messages contain as protobuf (moby.buildkit.v1.StatusResponse). */
import protobuf from "google-protobuf";
import type { BinaryReader } from "google-protobuf";

/** A step of a build. */
export interface BuildStep {
  digest: string;
  name: string;
  cached: boolean;
  started: boolean;
  completed: boolean;
  error: string;
}

export interface BuildTrace {
  steps: BuildStep[];
  /** The output of commands, by the digest of their step. */
  logs: { step: string; text: string }[];
}

// Field numbers: github.com/moby/buildkit/api/services/control/control.proto
const trace = { vertexes: 1, logs: 3 };
const vertex = { digest: 1, name: 3, cached: 4, started: 5, completed: 6, error: 7 };
const vertexLog = { vertex: 1, text: 4 };

function eachField(reader: BinaryReader, read: (field: number) => boolean): void {
  while (reader.nextField() && !reader.isEndGroup()) {
    if (!read(reader.getFieldNumber())) {
      reader.skipField();
    }
  }
}

function readStep(reader: BinaryReader): BuildStep {
  const step: BuildStep = { digest: "", name: "", cached: false, started: false, completed: false, error: "" };
  eachField(reader, (field) => {
    switch (field) {
      case vertex.digest:
        step.digest = reader.readString();
        return true;
      case vertex.name:
        step.name = reader.readString();
        return true;
      case vertex.cached:
        step.cached = reader.readBool();
        return true;
      case vertex.error:
        step.error = reader.readString();
        return true;
      default:
        step.started ||= field === vertex.started;
        step.completed ||= field === vertex.completed;
        return false;
    }
  });
  return step;
}

function readLog(reader: BinaryReader): BuildTrace["logs"][number] {
  const log = { step: "", text: "" };
  eachField(reader, (field) => {
    if (field === vertexLog.vertex) {
      log.step = reader.readString();
    } else if (field === vertexLog.text) {
      log.text = Buffer.from(reader.readBytes()).toString("utf8");
    } else {
      return false;
    }
    return true;
  });
  return log;
}

/** Decodes `aux` of a message with the id `moby.buildkit.trace`. */
export function decodeBuildTrace(base64: string): BuildTrace {
  const decoded: BuildTrace = { steps: [], logs: [] };
  const reader = new protobuf.BinaryReader(Buffer.from(base64, "base64"));
  eachField(reader, (field) => {
    if (field === trace.vertexes) {
      reader.readMessage(decoded, () => decoded.steps.push(readStep(reader)));
    } else if (field === trace.logs) {
      reader.readMessage(decoded, () => decoded.logs.push(readLog(reader)));
    } else {
      return false;
    }
    return true;
  });
  return decoded;
}
