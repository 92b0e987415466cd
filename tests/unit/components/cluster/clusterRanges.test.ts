import { clusterRangeFindings, clusterRanges, overlapProblem } from "../../../../components/cluster/clusterRanges.ts";

test("cluster DNS gets the tenth address of the Service range", () => {
  expect(clusterRanges({})).toEqual({
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.0.0.0/16",
    dnsServiceIP: "10.0.0.10",
  });
  expect(clusterRanges({ services: "172.20.0.0/24" }).dnsServiceIP).toBe("172.20.0.10");
});

test("an unreadable Service range has no DNS address", () => {
  expect(clusterRanges({ services: "nowhere" }).dnsServiceIP).toBeUndefined();
});

test("refuses ranges of pods and Services that overlap", () => {
  expect(clusterRangeFindings({ pods: "10.0.0.0/16" })[0]).toEqual([
    "ranges.pods",
    '"10.0.0.0/16" overlaps "10.0.0.0/16", the range of the Services: use ranges that do not overlap',
  ]);
});

test("an unreadable range overlaps nothing", () => {
  expect(overlapProblem("nowhere", "10.0.0.0/16", "the Services")).toBeUndefined();
  expect(overlapProblem("10.0.0.0/16", "nowhere", "the Services")).toBeUndefined();
});
