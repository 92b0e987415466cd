/**
 * The image's HEALTHCHECK, as the image has no shell and no curl: exits with 0 when the service on `PORT` answers
 * `/healthz` with 200, otherwise with 1.
 */
import { get } from "node:http";
import { readSettings } from "./settings.ts";

/** Milliseconds. Shorter than the timeout in the Dockerfile, so that this program reports the reason first. */
const timeout = 2000;

const { port } = readSettings(process.env);
const request = get({ host: "127.0.0.1", port, path: "/healthz", timeout, agent: false }, (response) => {
  response.resume();
  end(response.statusCode === 200, `status ${response.statusCode ?? "unknown"}`);
});
request.on("timeout", () => end(false, `no answer within ${timeout} ms`));
request.on("error", (error) => end(false, error.message));

function end(healthy: boolean, reason: string): void {
  console.log(`http://127.0.0.1:${port}/healthz: ${reason}`);
  process.exit(healthy ? 0 : 1);
}
