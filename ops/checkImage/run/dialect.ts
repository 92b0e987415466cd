/** Detects the protocol of a port that does not answer a probe's HTTP/1.1 request. */
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Dialect } from "../runEvidence.ts";
import type { Target } from "./ask.ts";

/**
 * `tls`: HTTPS. `http2`: HTTP/2 without TLS (h2c), as gRPC servers use. `unknown`: it accepts connections, but uses
 * neither.
 * `no-ipv4`: it accepts no connection on the container's IPv4 address.
 */

const patience = 2000;

/**
 * @param containerPort the port in the container
 * @returns `undefined` if it cannot be determined from here
 */
export async function dialectOf({ port, address }: Target, containerPort: number): Promise<Dialect | undefined> {
  if (await within((done) => connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => done(true)))) {
    return "tls";
  }
  const http2 = await within((done) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on("remoteSettings", () => done(true));
    return session;
  });
  if (http2) return "http2";
  if (address === undefined) return undefined;
  const accepts = await within((done) => connectTcp({ host: address, port: containerPort }, () => done(true)));
  return accepts ? "unknown" : "no-ipv4";
}

interface Closable {
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

/** Whether `open` calls back with true before an error, an end, or a timeout of two seconds. */
function within(open: (done: (good: boolean) => void) => Closable): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), patience);
    const opened: { connection?: Closable } = {};
    const done = (good: boolean) => {
      clearTimeout(timer);
      resolve(good);
      opened.connection?.destroy();
    };
    opened.connection = open(done);
    opened.connection.on("error", () => done(false));
    opened.connection.on("close", () => done(false));
  });
}
