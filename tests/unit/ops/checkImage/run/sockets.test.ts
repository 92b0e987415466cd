import { isLoopback, parseSockets } from "../../../../../ops/checkImage/run/sockets.ts";

const parseListeners = (text: string) => parseSockets(text).listeners;

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const row = (local: string, state: string) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 10001        0 1 1 0 100 0 0 10 0`;
const table = (...rows: string[]) => `${[head, ...rows].join("\n")}\n`;

it.each([
  ["00000000:1F90", { address: "0.0.0.0", port: 8080 }, false],
  ["0100007F:0BB8", { address: "127.0.0.1", port: 3000 }, true],
  ["0200F50A:0050", { address: "10.245.0.2", port: 80 }, false],
  [`${"0".repeat(32)}:1F90`, { address: "::", port: 8080 }, false],
  [`${"0".repeat(24)}01000000:1F90`, { address: "::1", port: 8080 }, true],
  ["0000000000000000FFFF00000100007F:1F90", { address: "127.0.0.1", port: 8080 }, true],
  ["000080FE00000000FF005450B6E41DFE:0050", { address: "fe80:0000:0000:0000:5054:00ff:fe1d:e4b6", port: 80 }, false],
])("reads %s", (local, listener, loopback) => {
  expect(parseListeners(table(row(local, "0A")))).toEqual([listener]);
  expect(isLoopback(listener)).toBe(loopback);
});

it("ignores connections, and names each listener once", () => {
  const both = table(row("00000000:1F90", "0A"), row("0200F50A:1F90", "01"), row("00000000:1F90", "0A"));
  expect(parseListeners(both)).toEqual([{ address: "0.0.0.0", port: 8080 }]);
  expect(parseListeners("")).toEqual([]);
});

it("says which addresses it tries to reach, without the engine's own name server", () => {
  const row = (local: string, remote: string, state: string) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 10001        0 1 1 0 100 0 0 10 0`;
  expect(parseSockets(table(row("0200F50A:A000", "01FFFF0A:1538", "02"))).connecting).toEqual([
    { address: "10.255.255.1", port: 5432 },
  ]);
  expect(parseListeners(table(row("0B00007F:A000", "00000000:0000", "0A")))).toEqual([]);
});
