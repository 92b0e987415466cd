/** Reads the messages that an engine sends while it builds, pulls or pushes: a sequence of JSON objects. */
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";

export interface EngineMessage {
  id?: string;
  status?: string;
  stream?: string;
  progressDetail?: { current?: number; total?: number };
  aux?: unknown;
  error?: string;
  errorDetail?: { code?: number; message?: string };
}

/** The engine's error, if the message has one. */
export function failureOf(message: EngineMessage): string | undefined {
  return message.errorDetail?.message ?? message.error;
}

/** The messages of a response, one per line. @throws the signal's reason when it is aborted */
export async function* engineMessages(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<EngineMessage> {
  const lines = createInterface({ input: response, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      if (line.trim() !== "") {
        yield JSON.parse(line) as EngineMessage;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
    response.destroy();
  }
  signal.throwIfAborted();
  if (!response.complete) {
    throw new Error("the Docker engine closed the connection in the middle of its response");
  }
}
