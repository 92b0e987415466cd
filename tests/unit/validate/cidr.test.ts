import fc from "fast-check";
import { cidrProblem } from "../../../validate/cidr.ts";

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
const prefix = fc.integer({ min: 0, max: 32 });
const bitsOf = (text: string) =>
  text
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");

test.each(["0.0.0.0/0", "10.0.0.0/8", "10.20.30.0/24", "10.20.30.40/32", "203.0.113.128/25", "::/0", "fd00::/64"])(
  "%s is an address range",
  (range) => {
    expect(cidrProblem(range)).toBeUndefined();
  },
);

test.each([
  "",
  "10.0.0.0",
  "10.0.0.0/",
  "/24",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/8 ",
  "10.0.0/8",
  "010.0.0.0/8",
  "256.0.0.0/8",
  "fd00::/129",
  "fe80::1%eth0/64",
  "db.example/24",
])("%j is not an address range", (range) => {
  expect(cidrProblem(range)).toBe(`"${range}" is not an address range: use ADDRESS/BITS, e.g. "10.20.0.0/24"`);
});

test.each([
  ["10.20.0.1/24", "10.20.0.1/32", "10.20.0.0/24", 256],
  ["192.168.255.255/16", "192.168.255.255/32", "192.168.0.0/16", 65536],
  ["203.0.113.200/25", "203.0.113.200/32", "203.0.113.128/25", 128],
  ["255.255.255.255/0", "255.255.255.255/32", "0.0.0.0/0", 2 ** 32],
])("%s is an address inside a range", (range, alone, whole, count) => {
  const problem = `"${range}" is an address inside a range: use`;
  expect(cidrProblem(range)).toBe(`${problem} "${alone}" for this address alone, or "${whole}" for all ${count}`);
  expect(cidrProblem(range, false)).toBe(`${problem} "${whole}" for all ${count}`);
});

test("an IPv4 range is valid exactly when no bit is set after its prefix", () => {
  fc.assert(
    fc.property(address, prefix, (first, bits) => {
      const rest = bitsOf(first).slice(bits);
      expect(cidrProblem(`${first}/${bits}`) === undefined).toBe(!rest.includes("1"));
    }),
  );
});

test("the suggested range is valid and starts at the same address", () => {
  fc.assert(
    fc.property(address, prefix, (inside, bits) => {
      const proposed = /use "(.*)" for all \d+$/.exec(cidrProblem(`${inside}/${bits}`, false) ?? "")?.[1];
      fc.pre(proposed !== undefined);
      expect(cidrProblem(proposed)).toBeUndefined();
      expect(bitsOf(proposed.split("/")[0] ?? "").slice(0, bits)).toBe(bitsOf(inside).slice(0, bits));
    }),
  );
});
