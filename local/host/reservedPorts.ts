/**
 * Reserves the environment's ports. They are in the range from which the kernel takes local ports for outgoing
 * connections, and no program can listen on a port while such a connection uses it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ports } from "../layout.ts";

const file = "/proc/sys/net/ipv4/ip_local_reserved_ports";

/** The ports as the kernel writes them, e.g. "47379-47380,47443". */
function own(): string[] {
  return [...new Set(Object.values(ports).flat())].map(String);
}

/** A list such as "1000-1003,2000" as single ports. */
export function expand(list: string): string[] {
  return list
    .trim()
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
    });
}

/** Reserves the ports, in addition to those that are reserved already. */
export function reservePorts(): void {
  const reserved = new Set([...expand(readFileSync(file, "utf8")), ...own()]);
  writeFileSync(file, [...reserved].join(","));
}

/** Releases the ports. */
export function releasePorts(): void {
  const mine = new Set(own());
  // The kernel accepts an empty list only as an empty line.
  writeFileSync(
    file,
    `${expand(readFileSync(file, "utf8"))
      .filter((port) => !mine.has(port))
      .join(",")}\n`,
  );
}
