/** When a stack's cluster sleeps, according to its settings. */
import { dailyTime, dailyTimeProblem, timeZoneProblem, type DailyTime } from "@tarmac/validate/dailyTime";
import { listOf, type Check } from "@tarmac/validate/valueCheck";
import { CouldNotRun } from "../couldNotRun.ts";
import { project, projectNameIn } from "../project.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";

export interface SleepHours {
  sleepAt: DailyTime;
  /** Absent: the schedule never wakes it; only people do. */
  wakeAt?: DailyTime;
  timeZone: string;
}

/** A time at which the cluster is due to be stopped or started. */
export interface Turn {
  to: "sleep" | "wake";
  at: Date;
}

/**
 * @param config a stack file's settings, by key
 * @param name of the project, the prefix of a key
 * @returns `undefined` for a stack that does not sleep
 * @throws CouldNotRun naming the setting
 */
export function sleepHoursIn(
  config: Readonly<Record<string, unknown>>,
  name = projectNameIn(project),
): SleepHours | undefined {
  const given = (key: string, check: Check<string>): string | undefined => {
    const value = ownSetting(config, key, name);
    if (value === undefined || value === "") return undefined;
    const [problem] = typeof value === "string" ? listOf(check(value)) : [`${JSON.stringify(value)} is not a text`];
    if (problem !== undefined) throw new CouldNotRun(`${name}:${key}: ${problem}`);
    return value as string;
  };
  const [sleeps, wakes] = [given("sleepAt", dailyTimeProblem), given("wakeAt", dailyTimeProblem)];
  const timeZone = given("sleepTimeZone", timeZoneProblem) ?? "UTC";
  const sleepAt = sleeps === undefined ? undefined : dailyTime(sleeps);
  const wakeAt = wakes === undefined ? undefined : dailyTime(wakes);
  return sleepAt === undefined ? undefined : { sleepAt, timeZone, ...(wakeAt === undefined ? {} : { wakeAt }) };
}

/**
 * What the schedule has to do now: its latest turn, unless it was already done. A cluster that a person woke at night
 * therefore stays awake until the next evening, and the next run makes up for one that was late or skipped.
 * @param done time of the last turn that was done
 */
export function dueTurn(
  { sleepAt, wakeAt, timeZone }: SleepHours,
  now: Date,
  done: Date | undefined,
): Turn | undefined {
  const turns: Turn[] = [
    { to: "sleep", at: latest(sleepAt, timeZone, now) },
    ...(wakeAt === undefined ? [] : [{ to: "wake" as const, at: latest(wakeAt, timeZone, now) }]),
  ];
  const last = turns.reduce((one, other) => (other.at > one.at ? other : one));
  return done !== undefined && done >= last.at ? undefined : last;
}

const dayMilliseconds = 86_400_000;

/** The most recent time that it was this time of the week in the zone. */
function latest({ days, minutes }: DailyTime, timeZone: string, now: Date): Date {
  for (let back = 0; ; back++) {
    const day = new Date(now.getTime() - back * dayMilliseconds + offset(now, timeZone));
    const midnight = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate());
    const local = midnight + minutes * 60_000;
    // The offset at that time, which differs from today's if the clocks changed in between.
    const guess = new Date(local - offset(now, timeZone));
    const at = new Date(local - offset(guess, timeZone));
    if (days.includes(new Date(midnight).getUTCDay()) && at <= now) return at;
  }
}

/** How many milliseconds the zone's clocks are ahead of UTC. */
function offset(at: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return local - Math.floor(at.getTime() / 1000) * 1000;
}
