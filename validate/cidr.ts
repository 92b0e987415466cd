import { isIPv4, isIPv6 } from "node:net";

/**
 * Returns the problem with an address range, or `undefined`. An IPv4 range must start at its first address.
 * @param single whether the range may be a single address, for the message
 */
export function cidrProblem(value: string, single = true): string | undefined {
  const [address, prefix = "", ...rest] = value.split("/") as [string, ...string[]];
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes("%") ? 128 : undefined;
  if (bits === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) {
    return `"${value}" is not an address range: use ADDRESS/BITS, e.g. "10.20.0.0/24"`;
  }
  const first = bits === 32 ? firstAddress(address, Number(prefix)) : address;
  if (first === address) return undefined;
  const whole = `"${first}/${prefix}" for all ${2 ** (32 - Number(prefix))}`;
  return `"${value}" is an address inside a range: use ${single ? `"${address}/32" for this address alone, or ${whole}` : whole}`;
}

/** Returns the problem with an IPv4 address or range to allow, or `undefined`. */
export function ipv4RangeProblem(value: string): string | undefined {
  if (isIPv4(value)) return undefined;
  if (isIPv6(value.replace(/\/.*/s, "")))
    return `"${value}" is an IPv6 address, and only IPv4 is supported: use IPv4 addresses`;
  return cidrProblem(value)?.replace(
    "use ADDRESS/BITS, e.g.",
    'use an IPv4 address, e.g. "203.0.113.7", or ADDRESS/BITS, e.g.',
  );
}

function firstAddress(address: string, prefix: number): string {
  const size = 2 ** (32 - prefix);
  return addressText(Math.floor(addressNumber(address) / size) * size);
}

/** Converts an IPv4 address to a number, and back. */
export const addressNumber = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
export const addressText = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
