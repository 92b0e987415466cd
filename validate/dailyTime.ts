/** Times of the week, such as `19:00` (every day) and `Mon-Fri 07:30`. */
import { allowing } from "./valueCheck.ts";

export interface DailyTime {
  /** Days of the week; 0 is Sunday. */
  days: readonly number[];
  /** Minutes since midnight. */
  minutes: number;
}

const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const everyDay = names.map((_, day) => day);

/** @returns `undefined` for any other text */
export function dailyTime(text: string): DailyTime | undefined {
  const [, list, hours, minutes] = /^(?:(\S+) )?([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const days = list === undefined ? everyDay : daysIn(list);
  return days === undefined ? undefined : { days, minutes: Number(hours) * 60 + Number(minutes) };
}

/** Parses `Mon-Fri`, `Sat,Sun`, `Fri-Mon`. */
function daysIn(list: string): number[] | undefined {
  const days = list.split(",").map((part) => {
    const [first = "", last = first, ...more] = part.split("-");
    const [from, to] = [names.indexOf(first), names.indexOf(last)];
    if (from < 0 || to < 0 || more.length > 0) return undefined;
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
  });
  return days.includes(undefined) ? undefined : [...new Set(days.flatMap((some) => some ?? []))];
}

export const dailyTimeProblem = allowing("time of day, e.g. `19:00` or `Mon-Fri 07:00`", (text: string) =>
  dailyTime(text) === undefined
    ? `"${text}" is not a time: use e.g. "19:00" for every day, or "Mon-Fri 07:00" or "Sat,Sun 10:00" for some`
    : undefined,
);

export const timeZoneProblem = allowing("time zone, e.g. `Europe/Berlin`", (text: string) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return undefined;
  } catch {
    return `"${text}" is not a time zone: use a name of the IANA database, e.g. "Europe/Berlin" or "America/New_York"`;
  }
});
