/** One HTTP request to a container, as a probe makes it: on a connection of its own. */
import { request } from "node:http";
import type { Answer } from "../runEvidence.ts";

/** @param timeout milliseconds for the whole answer */
export function ask(port: number, path: string, timeout: number): Promise<Answer> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeout);
    request({
      host: "127.0.0.1",
      port,
      path,
      agent: false,
      signal,
      headers: { "User-Agent": "kube-probe/tarmac-check" },
    })
      .on("response", (response) => {
        response.on("error", () => resolve({ error: signal.aborted ? "timeout" : "cut" }));
        response.resume().on("end", () => resolve({ status: response.statusCode ?? 0 }));
      })
      .on("error", (error: NodeJS.ErrnoException) => {
        resolve({ error: signal.aborted ? "timeout" : error.code === "ECONNREFUSED" ? "refused" : "cut" });
      })
      .end();
  });
}

/** What the kubelet takes for success. */
export const isGood = (answer: Answer | undefined): boolean =>
  answer !== undefined && "status" in answer && answer.status >= 200 && answer.status < 400;

/** The answer in words. */
export function inWords(answer: Answer | undefined): string {
  if (answer === undefined) return "no answer";
  if ("status" in answer) return `status ${answer.status}`;
  return { refused: "connection refused", cut: "connection closed without an answer", timeout: "no answer in time" }[
    answer.error
  ];
}
