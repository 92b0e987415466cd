/**
 * Answers to bytes that are not HTTP. The parser creates no request for them, so the answer goes straight to the socket.
 */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { maxUrlLength } from "./requestLimits.ts";
import { failure, type Reply } from "./reply.ts";

/** An error of Node's parser, with its code and the bytes that it was reading. */
export interface ParseError extends Error {
  code?: string;
  rawPacket?: Buffer;
}

/** Milliseconds that a refused client gets to read the answer before its connection is destroyed. */
const lingerMs = 1000;

/** The reply for a parser error. */
export function refusalFor(error: ParseError): Reply {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return overflowsInUrl(error.rawPacket) ? urlTooLong() : headersTooLarge();
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return failure(408, "request_timeout", "The request did not arrive in time.");
    default:
      return failure(400, "bad_request", "This is not a valid HTTP request.");
  }
}

export function urlTooLong(): Reply {
  return failure(414, "uri_too_long", `The request target is longer than ${maxUrlLength} characters.`);
}

function headersTooLarge(): Reply {
  return failure(431, "headers_too_large", "The request headers are too large.");
}

/** True when the bytes begin with an unfinished request line, so the target itself is too long. */
function overflowsInUrl(packet: Buffer | undefined): boolean {
  return packet !== undefined && /^[A-Z]+ \S+$/.test(packet.subarray(0, maxUrlLength * 2).toString("latin1"));
}

/**
 * Writes a reply to a socket that has no request, and closes the socket.
 *
 * The socket stays open for a moment, because destroying it with unread bytes in its buffer resets the connection and the
 * client loses the answer.
 */
export function refuse(socket: Duplex, reply: Reply): void {
  const head = [
    `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ""}`,
    "Connection: close",
    `Content-Type: ${reply.type}`,
    `Content-Length: ${Buffer.byteLength(reply.body)}`,
    ...Object.entries(reply.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${reply.body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
