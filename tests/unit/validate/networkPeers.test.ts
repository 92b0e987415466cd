import { peerRangeProblem } from "../../../validate/networkPeers.ts";

describe("an address of the node's own services", () => {
  test.each([
    [
      "169.254.169.254/32",
      "is the metadata service of the node, which hands the node's identity to every process that asks: use a workload identity",
    ],
    [
      "168.63.129.16/32",
      "is the agent service of the node, which hands out its bootstrap secrets; name resolution works without it: remove it",
    ],
  ])("%s is named", (range, why) => {
    expect(peerRangeProblem(range)).toBe(`"${range}" ${why}`);
  });
});

test.each([
  ["127.0.0.1/32", "is the pod itself"],
  ["169.254.0.0/16", "is link-local"],
  ["239.0.0.0/8", "is for multicast"],
  ["255.255.255.255/32", "is reserved"],
  ["0.0.0.0/32", "is not the address of a machine"],
])("%s never reaches another machine", (range, why) => {
  expect(peerRangeProblem(range)).toContain(`"${range}" ${why}`);
});

test.each(["0.0.0.0/0", "168.63.0.0/16", "10.20.0.0/24", "203.0.113.7/32", "2001:db8::/32", "shop"])(
  "%s is accepted",
  (range) => {
    expect(peerRangeProblem(range)).toBeUndefined();
  },
);
