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

const numberOf = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const textOf = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
/** Ranges near each other, since those far apart never overlap. */
const range = fc.tuple(fc.integer({ min: 0, max: 2 ** 12 - 1 }), fc.integer({ min: 18, max: 32 })).map(([at, bits]) => {
  const size = 2 ** (32 - bits);
  return `${textOf(numberOf("10.20.0.0") + Math.floor((at * 16) / size) * size)}/${bits}`;
});
const parsed = (text: string): AddressRange => parseRange(text) ?? { first: Number.NaN, last: Number.NaN, bits: 0 };

test.each([
  ["10.20.0.0/24", { first: numberOf("10.20.0.0"), last: numberOf("10.20.0.255"), bits: 24 }],
  ["0.0.0.0/0", { first: 0, last: 2 ** 32 - 1, bits: 0 }],
  ["255.255.255.255/32", { first: 2 ** 32 - 1, last: 2 ** 32 - 1, bits: 32 }],
  ["10.20.0.1/24", undefined],
  ["fd00::/64", undefined],
  ["10.20.0.0", undefined],
])("%s is %j", (text, read) => {
  expect(parseRange(text)).toEqual(read);
});

describe("two ranges", () => {
  test("overlap exactly when they share an address, whichever comes first", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [one, two] = [parsed(a), parsed(b)];
        // Ranges with a prefix lie within one another or apart: the shared address is the first of one of them.
        const shared = [one.first, two.first].some((at) =>
          [one, two].every(({ first, last }) => at >= first && at <= last),
        );
        expect(overlap(one, two)).toBe(shared);
        expect(overlap(two, one)).toBe(shared);
      }),
    );
  });

  test("lie within each other only when they overlap, and then the one with the longer prefix in the other", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [one, two] = [parsed(a), parsed(b)];
        expect(isWithin(one, two)).toBe(overlap(one, two) && one.bits >= two.bits);
        expect(isWithin(one, one)).toBe(true);
      }),
    );
  });
});

test("the addresses of a range are counted from its first to its last", () => {
  expect(addressAt(parsed("10.0.0.0/16"), 10)).toBe("10.0.0.10");
  fc.assert(
    fc.property(range, (text) => {
      const one = parsed(text);
      expect(addressAt(one, 0)).toBe(text.split("/")[0]);
      expect(numberOf(addressAt(one, one.last - one.first))).toBe(one.last);
    }),
  );
});

describe("a range of a network", () => {
  test("is fine where it is private, of the size that is asked for and none of AKS's own", () => {
    fc.assert(
      fc.property(range, (text) => {
        const { bits } = parsed(text);
        expect(networkRangeProblem(text, 20, 28) === undefined).toBe(bits >= 20 && bits <= 28);
      }),
    );
  });

  test.each(["172.30.0.0/16", "172.31.128.0/20", "172.16.0.0/12"])("cannot be %s, which AKS uses", (text) => {
    expect(networkRangeProblem(text, 8, 28)).toMatch(/has addresses of 172\.3[01]\.0\.0\/16, which AKS uses itself/);
  });

  test.each(["8.8.8.0/24", "192.0.2.0/24", "169.254.0.0/24", "0.0.0.0/0"])(
    "cannot be %s, which is not private",
    (text) => {
      expect(networkRangeProblem(text, 0, 32)).toBe(
        `"${text}" is not private: use a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`,
      );
    },
  );
});

test("no range may both make a network and be let in from the internet", () => {
  fc.assert(
    fc.property(range, fc.nat({ max: 255 }), (text, octet) => {
      expect(authorizedRangeProblem(text)).toContain(`"${text}" is private`);
      const outside = text.replace(/^10\.20\./, `${11 + (octet % 80)}.20.`);
      expect(authorizedRangeProblem(outside)).toBeUndefined();
      expect(networkRangeProblem(outside, 0, 32)).toContain("is not private");
    }),
  );
});
