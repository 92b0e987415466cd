/**
 * Connections that a client keeps open, like the pools of proxies: a process that waits for their end waits a long
 * time.
 */
import { Agent, request } from "node:http";
import { connect } from "node:net";

export interface KeptConnection {
  close: () => void;
}

const pause = 100;
const patience = 1000;

/** One connection that is reused continuously. */
export function busyConnection(port: number, path: string): KeptConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let open = true;
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    if (open) timer = setTimeout(use, pause);
  };
  const use = () => {
    const call = request({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.on("error", () => undefined).resume();
    });
    call
      // A stream keeps its connection open by itself.
      .on("error", () => undefined)
      .on("close", again)
      .end();
  };
  use();
  return {
    close: () => {
      open = false;
      clearTimeout(timer);
      agent.destroy();
    },
  };
}

/** One connection that was used once and stays idle. */
export function idleConnection(port: number, path: string): Promise<KeptConnection> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => undefined);
  const kept = { close: () => void socket.destroy() };
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(kept), patience);
    socket.once("data", () => {
      clearTimeout(timer);
      socket.resume();
      resolve(kept);
    });
    socket.once("close", () => resolve(kept));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: tarmac-check\r\n\r\n`);
  });
}
