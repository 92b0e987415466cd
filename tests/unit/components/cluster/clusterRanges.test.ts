import { clusterRangeFindings, clusterRanges, overlapProblem } from "../../../../components/cluster/clusterRanges.ts";

test("the cluster's DNS has the tenth address of the Services", () => {
  expect(clusterRanges({})).toEqual({
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.0.0.0/16",
    dnsServiceIP: "10.0.0.10",
  });
  expect(clusterRanges({ services: "172.20.0.0/24" }).dnsServiceIP).toBe("172.20.0.10");
});

test("Services whose range cannot be read have no DNS address", () => {
  expect(clusterRanges({ services: "nowhere" }).dnsServiceIP).toBeUndefined();
});

test("pods and Services that share addresses are refused", () => {
  expect(clusterRangeFindings({ pods: "10.0.0.0/16" })[0]).toEqual([
    "ranges.pods",
    '"10.0.0.0/16" overlaps "10.0.0.0/16", the range of the Services: use ranges that do not overlap',
  ]);
});

test("a range that cannot be read overlaps nothing", () => {
  expect(overlapProblem("nowhere", "10.0.0.0/16", "the Services")).toBeUndefined();
  expect(overlapProblem("10.0.0.0/16", "nowhere", "the Services")).toBeUndefined();
});
