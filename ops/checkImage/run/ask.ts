/**
 * One HTTP request to a container, made like a probe: on its own connection, with at most ten redirects, on the same
 * host only. https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/probe/http/http.go
 */
import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Answer } from "../runEvidence.ts";

/** The kubelet reads at most this much of the body, and judges by the status. */
const readBytes = 10 * 1024;
const mostRedirects = 10;
const loopback = "127.0.0.1";

export interface Target {
  /** Published port on 127.0.0.1. */
  port: number;
  /** The container's own address, for redirects to its other ports; absent if this machine cannot reach it. */
  address?: string;
}

/** @param timeout milliseconds for the whole answer, including redirects */
export async function ask(target: Target, path: string, timeout: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout);
  let url = new URL(`http://${loopback}:${target.port}${path}`);
  for (let redirects = 0; ; redirects++) {
    const answer = await once(url, target, signal);
    const location = "status" in answer ? answer.location : undefined;
    if ("error" in answer) return answer;
    const seen = { status: answer.status, ...(redirects === 0 ? {} : { redirected: url.pathname }) };
    if (location === undefined) return seen;
    if (!URL.canParse(location, url.href)) return { error: "redirects" };
    const next = new URL(location, url.href);
    // The kubelet logs a warning and uses the redirect itself as the answer.
    if (next.hostname !== loopback) return seen;
    if (redirects >= mostRedirects) return { error: "redirects" };
    url = next;
  }
}

type Step = { status: number; location?: string } | Extract<Answer, { error: unknown }>;

function once(url: URL, { port, address }: Target, signal: AbortSignal): Promise<Step> {
  const secure = url.protocol === "https:";
  const wanted = Number(url.port) || (secure ? 443 : 80);
  const published = wanted === port;
  // Another port on 127.0.0.1 would be this machine's own.
  if (!published && address === undefined) return Promise.resolve({ error: "refused" });
  return new Promise((resolve) => {
    const broken = () => resolve({ error: signal.aborted ? "timeout" : "cut" });
    const answered = (response: IncomingMessage) => {
      const { statusCode = 0, headers } = response;
      const moved = [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
      const done = () => resolve({ status: statusCode, ...(moved === undefined ? {} : { location: moved }) });
      let bytes = 0;
      response
        .on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes < readBytes) return;
          done();
          response.destroy();
        })
        .on("end", done)
        .on("error", broken)
        .on("close", broken);
    };
    const options = {
      host: published ? loopback : address,
      port: wanted,
      path: url.pathname + url.search,
      agent: false,
      signal,
      headers: { Host: url.host, "User-Agent": "kube-probe/tarmac-check", Accept: "*/*", Connection: "close" },
    };
    const call = secure
      ? tlsRequest({ ...options, rejectUnauthorized: false }, answered)
      : plainRequest(options, answered);
    call
      .on("error", (error: NodeJS.ErrnoException) => {
        resolve({ error: signal.aborted ? "timeout" : error.code === "ECONNREFUSED" ? "refused" : "cut" });
      })
      .on("close", broken)
      .end();
  });
}

/** What the kubelet counts as success. */
export const isGood = (answer: Answer | undefined): boolean =>
  answer !== undefined && "status" in answer && answer.status >= 200 && answer.status < 400;

/** The answer as text. */
export function inWords(answer: Answer | undefined): string {
  if (answer === undefined) return "no answer";
  if ("status" in answer) {
    return `status ${answer.status}${answer.redirected === undefined ? "" : ` after a redirect to ${answer.redirected}`}`;
  }
  return {
    refused: "connection refused",
    cut: "connection closed without an answer",
    timeout: "no answer in time",
    redirects: "a redirect that leads nowhere",
  }[answer.error];
}
