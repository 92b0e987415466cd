/** A client that sends raw bytes, for requests that no HTTP client would send. */
import { connect, type Socket } from "node:net";

export interface RawConnection {
  socket: Socket;
  /** Everything received so far. */
  received(): string;
  /** Resolves with everything received after the server has closed or reset the connection. */
  closed: Promise<string>;
}

export function openRaw(port: number): RawConnection {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString("latin1")));
  // A server may end a hostile connection with a reset.
  socket.on("error", () => undefined);
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return { socket, received: () => text, closed };
}

/** Sends the bytes and returns everything received until the server closed the connection. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const { socket, closed } = openRaw(port);
  socket.write(bytes, "latin1");
  return closed;
}

/** Status line and JSON body of a refusal, which must be a complete HTTP answer that closes its connection. */
export function parseRefusal(answer: string): { status: string; body: unknown } {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toContain("\r\nConnection: close");
  expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}`);
  return { status: head.split("\r\n")[0] ?? "", body: JSON.parse(body) };
}
