/** Requests and responses for all parts of the simulated Azure: parsed URLs, whole bodies, JSON answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { invalidRequestContent } from "./armErrors.ts";
import { asObject, type JsonObject } from "./jsonValues.ts";

/** A request with a parsed URL. Its body is read on demand. */
export interface Request {
  method: string;
  /** The origin that the client used, such as `https://localhost:47443`. Links in responses start with it. */
  origin: string;
  /** Decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  /** @param longest bytes that are accepted; default: the Resource Manager's limit */
  body: (longest?: number) => Promise<Buffer>;
}

/** A response. A `body` is sent as JSON, a buffer as it is; undefined means no body. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const longestBody = 4 * 1024 * 1024;

export function toRequest(message: IncomingMessage, port: number): Request {
  const host = message.headers.host ?? `localhost:${port}`;
  const origin = `https://${host}`;
  const [path = "/", ...query] = (message.url ?? "/").split("?");
  let whole: Promise<Buffer> | undefined;
  return {
    method: message.method ?? "GET",
    origin,
    // Some clients put a slash before a scope that starts with one: `//subscriptions/...`.
    path: decode(path).replace(/\/{2,}/g, "/"),
    query: new URLSearchParams(query.join("?")),
    headers: message.headers,
    body: (longest = longestBody) => (whole ??= readAll(message, longest)),
  };
}

/** A path with invalid encoding stays as it is, and matches nothing. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function readAll(message: IncomingMessage, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw invalidRequestContent(`the body is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as a JSON object; an empty body is an empty object. */
export async function jsonBody(request: Request): Promise<JsonObject> {
  const text = (await request.body()).toString("utf8");
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidRequestContent((error as Error).message);
  }
  const object = asObject(value);
  if (object === undefined) throw invalidRequestContent("the body is not a JSON object");
  return object;
}

/** The body as a form (`application/x-www-form-urlencoded`). */
export async function formBody(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams((await request.body()).toString("utf8"));
}

/** The token of a Bearer authorization header, or undefined. */
export const bearerToken = (header: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];

/** User name and password of a Basic authorization header, or undefined. */
export function basicCredentials(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^Basic\s+(.+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function send(response: ServerResponse, reply: Reply): void {
  const body =
    reply.body === undefined || Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    ...(body === undefined ? {} : { "Content-Type": "application/json; charset=utf-8" }),
    ...(reply.status === 204 ? {} : { "Content-Length": `${body?.length ?? 0}` }),
    ...reply.headers,
  });
  response.end(body);
}
