import fc from "fast-check";
import {
  addressAt,
  authorizedRangeProblem,
  isWithin,
  networkRangeProblem,
  overlap,
  parseRange,
  type AddressRange,
} from "../../../validate/addressRange.ts";

const range = (text: string): AddressRange => parseRange(text) ?? fail(text);
const fail = (text: string): never => {
  throw new Error(`${text} is no range`);
};

describe("a range", () => {
  test.each(["10.0.0.0", "10.0.0.1/24", "fd00::/64", "10.0.0.0/33", ""])("is not %j", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test("goes from its first address to its last", () => {
    expect(range("10.0.1.0/24")).toEqual({ first: 167772416, last: 167772671, bits: 24 });
    expect(range("0.0.0.0/0").last).toBe(2 ** 32 - 1);
    expect(addressAt(range("10.0.0.0/16"), 10)).toBe("10.0.0.10");
    expect(addressAt(range("192.168.255.0/24"), 255)).toBe("192.168.255.255");
  });

  test("contains another, overlaps it, or neither", () => {
    const [net, part, next] = ["10.1.0.0/16", "10.1.8.0/24", "10.2.0.0/16"].map(range) as [
      AddressRange,
      AddressRange,
      AddressRange,
    ];
    expect([isWithin(part, net), isWithin(net, part), isWithin(net, net)]).toEqual([true, false, true]);
    expect([overlap(part, net), overlap(net, part), overlap(net, next)]).toEqual([true, true, false]);
  });

  test("that contains another overlaps it, for any two ranges", () => {
    const any = fc.tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => {
      const size = 2 ** (32 - bits);
      const first = Math.floor(address / size) * size;
      return { first, last: first + size - 1, bits };
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(overlap(a, b)).toBe(isWithin(a, b) || isWithin(b, a));
        expect(parseRange(`${addressAt(a, 0)}/${a.bits}`)).toEqual(a);
      }),
    );
  });
});

test.each([
  ["10.1.0.0/16", undefined],
  ["100.64.0.0/16", undefined],
  ["172.31.0.0/16", '"172.31.0.0/16" overlaps 172.31.0.0/16, which AKS reserves: use another range'],
  ["10.0.0.0/8", '"10.0.0.0/8" has the wrong size: use a prefix from /12 (the largest) to /24 (the smallest)'],
  [
    "8.8.0.0/16",
    '"8.8.0.0/16" is not a private range: use a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or 100.64.0.0/10',
  ],
])("a network of %s: %s", (text, problem) => {
  expect(networkRangeProblem(text, 12, 24)).toBe(problem);
});

test("ranges that may reach an API server over the internet are public", () => {
  expect(authorizedRangeProblem("203.0.113.7/32")).toBeUndefined();
  expect(authorizedRangeProblem("192.168.1.0/24")).toContain("is a private range");
  expect(authorizedRangeProblem("0.0.0.0/0")).toContain("allows every address");
});
