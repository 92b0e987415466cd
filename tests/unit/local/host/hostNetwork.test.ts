import { bridgeChanges, overlap, type Bridge, type Interface } from "../../../../local/host/bridge.ts";
import { isHooked, restoreInput, type Chain } from "../../../../local/host/iptablesChains.ts";
import { mountsBelow, parseMountPoints } from "../../../../local/host/mounts.ts";

const bridge: Bridge = { name: "tarmac0", address: "10.244.0.1", prefixLength: 24, mac: "0a:58:0a:f4:00:01" };

const right: Interface = {
  ifname: "tarmac0",
  address: "0a:58:0a:f4:00:01",
  flags: ["BROADCAST", "UP"],
  linkinfo: { info_kind: "bridge" },
  addr_info: [{ family: "inet", local: "10.244.0.1", prefixlen: 24 }],
};
const eth0: Interface = {
  ifname: "eth0",
  flags: ["UP"],
  addr_info: [
    { family: "inet", local: "192.168.1.7", prefixlen: 24 },
    { family: "inet6", local: "fe80::1", prefixlen: 64 },
  ],
};

describe("bridgeChanges", () => {
  it("creates a missing bridge", () => {
    expect(bridgeChanges(bridge, [eth0])).toEqual([
      ["link", "add", "tarmac0", "address", "0a:58:0a:f4:00:01", "type", "bridge"],
      ["address", "add", "10.244.0.1/24", "dev", "tarmac0"],
      ["link", "set", "tarmac0", "up"],
    ]);
  });

  it("changes nothing about a correct bridge", () => {
    expect(bridgeChanges(bridge, [eth0, right])).toEqual([]);
  });

  it("repairs address, MAC address and state", () => {
    const wrong: Interface = {
      ...right,
      address: "22:22:22:22:22:22",
      flags: ["BROADCAST"],
      addr_info: [{ family: "inet", local: "10.99.0.1", prefixlen: 16 }],
    };
    expect(bridgeChanges(bridge, [wrong])).toEqual([
      ["link", "set", "tarmac0", "address", "0a:58:0a:f4:00:01"],
      ["address", "delete", "10.99.0.1/16", "dev", "tarmac0"],
      ["address", "add", "10.244.0.1/24", "dev", "tarmac0"],
      ["link", "set", "tarmac0", "up"],
    ]);
  });

  it("replaces an interface of another kind with that name", () => {
    const dummy: Interface = { ...right, linkinfo: { info_kind: "dummy" } };
    expect(bridgeChanges(bridge, [dummy]).slice(0, 2)).toEqual([
      ["link", "delete", "tarmac0"],
      ["link", "add", "tarmac0", "address", "0a:58:0a:f4:00:01", "type", "bridge"],
    ]);
  });

  it("refuses a network that overlaps with another interface's, and names both", () => {
    const vpn: Interface = {
      ...eth0,
      ifname: "tun0",
      addr_info: [{ family: "inet", local: "10.244.3.9", prefixlen: 16 }],
    };
    expect(() => bridgeChanges(bridge, [vpn])).toThrow(
      /10\.244\.0\.1\/24, needed for tarmac0, overlaps with 10\.244\.3\.9\/16 of tun0.*ip link set tun0 down/,
    );
  });
});

it.each([
  ["10.244.0.1", 24, "10.244.0.200", 32, true],
  ["10.244.0.1", 24, "10.244.1.1", 24, false],
  ["10.0.0.0", 8, "10.244.0.1", 24, true],
  ["192.168.0.1", 16, "192.169.0.1", 16, false],
  ["0.0.0.0", 0, "203.0.113.9", 32, true],
])("overlap of %s/%i and %s/%i: %s", (a, aLength, b, bLength, expected) => {
  expect(overlap(a, aLength, b, bLength)).toBe(expected);
  expect(overlap(b, bLength, a, aLength)).toBe(expected);
});

describe("firewall", () => {
  const chains: Chain[] = [
    { table: "raw", from: "PREROUTING", name: "A", rules: ["-i lo -j RETURN", "-j DROP"] },
    { table: "filter", from: "INPUT", name: "B", rules: ["-j ACCEPT"] },
    { table: "filter", from: "FORWARD", name: "C", rules: [] },
  ];

  it("passes each table to iptables-restore once, with declared chains", () => {
    expect(restoreInput(chains)).toBe(
      "*raw\n:A - [0:0]\n-A A -i lo -j RETURN\n-A A -j DROP\nCOMMIT\n" +
        "*filter\n:B - [0:0]\n:C - [0:0]\n-A B -j ACCEPT\nCOMMIT\n",
    );
  });

  it.each([
    ["first and only", "-P INPUT ACCEPT\n-A INPUT -j B\n-A INPUT -j OTHER\n", true],
    ["behind another", "-P INPUT ACCEPT\n-A INPUT -j OTHER\n-A INPUT -j B\n", false],
    ["there twice", "-P INPUT ACCEPT\n-A INPUT -j B\n-A INPUT -j B\n", false],
    ["missing", "-P INPUT DROP\n", false],
  ])("sees that its hook is %s", (_, rules, expected) => {
    expect(isHooked(rules, { from: "INPUT", name: "B" })).toBe(expected);
  });
});

describe("mounts", () => {
  const mountinfo =
    "22 1 254:0 / / rw - ext4 /dev/vda rw\n" +
    "30 22 0:5 / /var/lib/tarmac/docker rw - ext4 /dev/vda rw\n" +
    "31 30 0:6 / /var/lib/tarmac/docker/overlay2/a/merged rw - overlay overlay rw\n" +
    "32 22 0:7 / /var/lib/tarmac-other rw - tmpfs tmpfs rw\n" +
    "33 22 0:8 / /mnt/with\\040space rw - tmpfs tmpfs rw\n";

  it("reads mount points, escapes included", () => {
    expect(parseMountPoints(mountinfo)).toContain("/mnt/with space");
  });

  it("lists mounts below a folder, innermost first, without those of folders with a similar name", () => {
    expect(mountsBelow("/var/lib/tarmac", mountinfo)).toEqual([
      "/var/lib/tarmac/docker/overlay2/a/merged",
      "/var/lib/tarmac/docker",
    ]);
  });
});
