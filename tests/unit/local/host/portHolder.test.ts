import { createServer } from "node:net";
import { parseListeners, portHolder, PortTakenError } from "../../../../local/host/portHolder.ts";

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

describe("parseListeners", () => {
  it("reads listening sockets and leaves connections out", () => {
    const table =
      header +
      "   0: 0100007F:BA53 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0 100 0 0 10 0\n" +
      "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 778 1 0 100 0 0 10 0\n" +
      "   2: 0100007F:BA53 0100007F:D0F2 01 00000000:00000000 00:00000000 00000000     0        0 779 1 0 100 0 0 10 0\n";
    expect(parseListeners(table)).toEqual([
      { address: "127.0.0.1", port: 47699, inode: "777" },
      { address: "*", port: 22, inode: "778" },
    ]);
  });

  it("reads the table of IPv6, where one socket may serve both", () => {
    const line = (address: string) =>
      `   0: ${address}:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 9 1\n`;
    const table = header + line("0".repeat(32)) + line("00000000000000000000000001000000");
    expect(parseListeners(table).map(({ address }) => address)).toEqual(["*", "::1"]);
  });

  it("is empty for a table that could not be read", () => {
    expect(parseListeners("")).toEqual([]);
  });
});

describe("portHolder", () => {
  it("finds the listener, and whether it conflicts with an address", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    expect(portHolder(port)).toMatchObject({ pid: process.pid, address: "127.0.0.1" });
    expect(portHolder(port, "127.0.0.1")?.pid).toBe(process.pid);
    expect(portHolder(port, "10.244.0.1")).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    expect(portHolder(port)).toBeUndefined();
  });
});

describe("PortTakenError", () => {
  it("names port, purpose, program and the fix", () => {
    const error = new PortTakenError(47379, "etcd", { pid: 12, command: "nginx -g x", address: "*" });
    expect(error.message).toBe(
      "Port 47379, needed for etcd, is in use by process 12 (nginx -g x). Stop that program (kill 12) and start again.",
    );
  });

  it("says when the program is not visible", () => {
    const error = new PortTakenError(47379, "etcd", { address: "*" });
    expect(error.message).toMatch(/is not visible here .* Stop that program and start again/);
  });
});
