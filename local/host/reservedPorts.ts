/**
 * Keeps the environment's ports from being handed out: they lie in the range from which the kernel takes the near ends of
 * outgoing connections, and a port that such a connection happens to hold cannot be listened on.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ports } from "../settings.ts";

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

/** Reserves the ports, beside those that somebody else has reserved. */
export function reservePorts(): void {
  const reserved = new Set([...expand(readFileSync(file, "utf8")), ...own()]);
  writeFileSync(file, [...reserved].join(","));
}

/** Gives them back. */
export function releasePorts(): void {
  const mine = new Set(own());
  // The kernel takes an empty list only as an empty line.
  writeFileSync(
    file,
    `${expand(readFileSync(file, "utf8"))
      .filter((port) => !mine.has(port))
      .join(",")}\n`,
  );
}
