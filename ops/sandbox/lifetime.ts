/** How long a sandbox may live: `8h`, `90m`, `3d`. */
import { CouldNotRun } from "../couldNotRun.ts";
import { lifetimeRange, rangeText } from "./timeRanges.ts";

const minutesOf = { m: 1, h: 60, d: 24 * 60 } as const;

/** The minutes in a text such as "20m", "8h" or "3d"; NaN if it is no such text. */
export function minutesIn(text: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  return count === undefined ? Number.NaN : Number(count) * minutesOf[unit as keyof typeof minutesOf];
}

/** @returns minutes @throws CouldNotRun naming the allowed values */
export function lifetime(text: string): number {
  const minutes = minutesIn(text);
  const [shortest, longest] = lifetimeRange;
  if (minutes >= minutesIn(shortest) && minutes <= minutesIn(longest)) return minutes;
  throw new CouldNotRun(
    `--ttl: "${text}" is not a lifetime: use ${rangeText(lifetimeRange)}, e.g. "8h", "90m" or "3d"`,
  );
}

/** The expiry of a lifetime, to the second, as stored in the tags. */
export const expiry = (now: Date, minutes: number): string =>
  new Date(now.getTime() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, "Z");

/** `in 7 h 59 min`, `3 d ago`: the two largest units, or one. */
export function fromNow(time: Date, now: Date): string {
  const minutes = Math.round((time.getTime() - now.getTime()) / 60_000);
  const rest = Math.abs(minutes);
  const [days, hours] = [Math.floor(rest / minutesOf.d), Math.floor((rest % minutesOf.d) / minutesOf.h)];
  const parts =
    days > 0
      ? [`${days} d`, hours > 0 && `${hours} h`]
      : [hours > 0 && `${hours} h`, rest % 60 > 0 && `${rest % 60} min`];
  const span = parts.filter((part) => part !== false).join(" ") || "0 min";
  return minutes < 0 ? `${span} ago` : `in ${span}`;
}
