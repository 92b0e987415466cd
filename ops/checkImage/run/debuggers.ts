/**
 * Finds open ports of Node's debugger, which reveals its protocol to any client. https://nodejs.org/api/debugger.html
 */
import { get } from "node:http";
import { isLoopback, type Listener } from "./sockets.ts";

const patience = 1000;

/** @param address of the container */
export async function debuggersAt(address: string, listeners: readonly Listener[], port: number): Promise<number[]> {
  const open = listeners.filter((one) => one.port !== port && !isLoopback(one)).map((one) => one.port);
  const found = await Promise.all(
    [...new Set(open)].map(async (one) => ((await isDebugger(address, one)) ? [one] : [])),
  );
  return found.flat();
}

function isDebugger(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host, port, path: "/json/version", agent: false, signal: AbortSignal.timeout(patience) });
    call
      .on("response", (response) => {
        let said = "";
        response
          .setEncoding("utf8")
          .on("data", (part: string) => {
            said += part;
            if (said.length > 4096) response.destroy();
          })
          .on("close", () => resolve(/"Protocol-Version"/.test(said)))
          .on("error", () => resolve(false));
      })
      .on("error", () => resolve(false));
  });
}
