/** Checks whether a daemon answers. Each check takes at most a second, because it is repeated while the daemon starts. */
import { request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { connect } from "node:net";

const limitMilliseconds = 1000;

/** Whether something accepts connections on a UNIX socket. */
export function acceptsOnSocket(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout: limitMilliseconds });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => answer(true));
    socket.once("timeout", () => answer(false));
    socket.once("error", () => answer(false));
  });
}

export interface AnswerOptions {
  /** Certificate authority in PEM form, for https. */
  readonly ca?: string | Buffer;
  /** Client certificate and key in PEM form. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly socketPath?: string;
  /** False accepts any certificate: for a health check on loopback only. */
  readonly verify?: boolean;
}

/** Whether a GET is answered with status 200. */
export function answersOk(url: string, options: AnswerOptions = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const send: (url: string, options: RequestOptions) => ReturnType<typeof requestHttp> = url.startsWith("https:")
      ? requestHttps
      : requestHttp;
    const request = send(url, {
      ...options,
      rejectUnauthorized: options.verify !== false,
      timeout: limitMilliseconds,
      agent: false,
    });
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.once("close", () => resolve(false));
    request.end();
  });
}
