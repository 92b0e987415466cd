import { isIPv4, isIPv6 } from "node:net";

/** What is wrong with an address range, or `undefined`. An IPv4 address must be the first of its range. */
export function cidrProblem(value: string): string | undefined {
  const [address = "", prefix = "", ...rest] = value.split("/");
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes("%") ? 128 : undefined;
  if (bits === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) {
    return `"${value}" is not an address range: write ADDRESS/BITS, e.g. "10.20.0.0/24"`;
  }
  const first = bits === 32 ? firstAddress(address, Number(prefix)) : address;
  return first === address ? undefined : `"${value}" does not start its range: write "${first}/${prefix}"`;
}

function firstAddress(address: string, prefix: number): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
}
