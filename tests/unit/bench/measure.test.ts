import { criticalPath, type Timed } from "../../../bench/delays/criticalPath.ts";
import { compare, inTurn, isMet, shown, toText } from "../../../bench/measure/measure.ts";
import { median, quantile } from "../../../bench/measure/statistics.ts";

describe("quantiles", () => {
  it("do not depend on the order", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0)).toBe(10);
    expect(quantile([10, 20, 30, 40, 50], 1)).toBe(50);
    expect(quantile([0, 100], 0.99)).toBeCloseTo(99);
  });

  it("are NaN without values", () => expect(median([])).toBeNaN());
});

describe("measuring in turn", () => {
  it("runs every way once per round and ignores the first round", async () => {
    const order: string[] = [];
    const way = (what: string) => ({ what, once: (run: number) => Promise.resolve(order.push(`${what}${run}`)) });
    const [a, b] = await inTurn([way("a"), way("b")], { runs: 2, unit: "s", say: () => undefined });
    expect(order).toEqual(["a0", "b0", "a1", "b1", "a2", "b2"]);
    expect([a.values, b.values]).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  const samples = (what: string, values: number[], cpu?: number[]) => ({
    what,
    unit: "s",
    values,
    ...(cpu && { cpu }),
  });

  it("compares medians, and shows the spread of single runs", () => {
    const comparison = compare(samples("one", [2, 3, 10]), samples("other", [1, 2, 4]), 1.4);
    expect(comparison).toEqual({ what: "one to other", ratio: 1.5, low: 1.5, high: 2.5, atMost: 1.4 });
    expect(isMet(comparison)).toBe(false);
    expect(isMet({ ...comparison, ratio: 1.4 })).toBe(true);
  });

  it("compares CPU time if both ways have it", () => {
    expect(compare(samples("one", [2], [3]), samples("other", [1], [2])).cpuRatio).toBe(1.5);
    expect(compare(samples("one", [2], [3]), samples("other", [1])).cpuRatio).toBeUndefined();
  });

  it("prints figures, ratios and notes", () => {
    const [one, other] = [samples("one", [2, 3, 10], [1, 1, 1]), samples("other", [1, 2, 4], [1, 1, 1])];
    const text = toText({ samples: [one, other], comparisons: [compare(one, other, 1.4)], notes: ["a note"] });
    expect(text).toBe(
      `  one    3 s  (2 s to 10 s in 3 runs; 1 s of CPU)
  other  2 s  (1 s to 4 s in 3 runs; 1 s of CPU)

  one to other: 1.50 x (1.50 to 2.50, in CPU time 1.00 x); at most 1.4: MISSED

  a note`,
    );
  });

  it.each([
    [0.123, "0.12 s"],
    [12.34, "12.3 s"],
    [123.4, "123 s"],
    [7, "7 s"],
  ])("shows %d with the digits that mean something", (value, text) => expect(shown(value, "s")).toBe(text));
});

describe("the critical path", () => {
  const resource = (urn: string, seconds: number, ...after: string[]): Timed => ({ urn, type: urn, seconds, after });
  const diamond = [resource("a", 1), resource("b", 5, "a"), resource("c", 2, "a"), resource("d", 1, "b", "c")];

  it("is the longest chain of dependencies", () => {
    expect(criticalPath([])).toBe(0);
    expect(criticalPath(diamond)).toBe(7);
    expect(criticalPath([...diamond, resource("e", 6.5)])).toBe(7);
    expect(criticalPath([...diamond, resource("e", 7.5)])).toBe(7.5);
  });

  it("moves when something else takes longer", () => {
    expect(criticalPath(diamond, ({ urn }) => (urn === "c" ? 10 : 0))).toBe(14);
    expect(criticalPath(diamond, ({ urn }) => (urn === "c" ? 3 : 0))).toBe(7);
  });

  it("treats a resource without a time as existing", () =>
    expect(criticalPath([resource("a", 1, "elsewhere")])).toBe(1));

  it("rejects a cycle", () =>
    expect(() => criticalPath([resource("a", 1, "b"), resource("b", 1, "a")])).toThrow("depends on itself"));
});
