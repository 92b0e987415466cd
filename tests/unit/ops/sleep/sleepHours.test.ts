import { dueTurn, sleepHoursIn } from "../../../../ops/sleep/sleepHours.ts";

const hours = (sleepAt: string, wakeAt?: string, zone = "UTC") => {
  const config = { "tarmac:sleepAt": sleepAt, "tarmac:wakeAt": wakeAt, "tarmac:sleepTimeZone": zone };
  const found = sleepHoursIn(config);
  if (found === undefined) throw new Error("no hours");
  return found;
};

test("a stack without sleepAt does not sleep", () => {
  expect(sleepHoursIn({})).toBeUndefined();
  expect(sleepHoursIn({ "tarmac:sleepAt": "", "tarmac:wakeAt": "07:00" })).toBeUndefined();
});

test("the settings are the project's", () => {
  expect(sleepHoursIn({ "tarmac:sleepAt": "19:00" }, "shop")).toBeUndefined();
  expect(sleepHoursIn({ "shop:sleepAt": "19:00" }, "shop")).toMatchObject({ timeZone: "UTC" });
  expect(sleepHoursIn({ sleepAt: "19:00" }, "shop")).toMatchObject({ timeZone: "UTC" });
  expect(() => sleepHoursIn({ "shop:sleepAt": "25:00" }, "shop")).toThrow('shop:sleepAt: "25:00" is not a time');
});

test.each([
  [{ "tarmac:sleepAt": "25:00" }, 'tarmac:sleepAt: "25:00" is not a time'],
  [{ "tarmac:sleepAt": "Mon-Fri-Sun 19:00" }, 'tarmac:sleepAt: "Mon-Fri-Sun 19:00" is not a time'],
  [{ "tarmac:sleepAt": 1900 }, "tarmac:sleepAt: 1900 is not a text"],
  [{ "tarmac:sleepAt": "19:00", "tarmac:sleepTimeZone": "Mars/Base" }, 'tarmac:sleepTimeZone: "Mars/Base" is not'],
])("%p is refused", (config, message) => expect(() => sleepHoursIn(config)).toThrow(message));

// 2026-11-27 is a Friday.
test.each([
  ["in the evening", "2026-11-27T19:17:00Z", undefined, { to: "sleep", at: "2026-11-27T19:00:00Z" }],
  ["a minute before", "2026-11-27T18:59:00Z", undefined, { to: "wake", at: "2026-11-27T07:00:00Z" }],
  ["at the exact minute", "2026-11-27T19:00:00Z", undefined, { to: "sleep", at: "2026-11-27T19:00:00Z" }],
  ["once only", "2026-11-27T20:17:00Z", "2026-11-27T19:17:00Z", undefined],
  ["not after somebody woke it", "2026-11-27T23:17:00Z", "2026-11-27T22:00:00Z", undefined],
  [
    "on the weekend, all of which it sleeps",
    "2026-11-28T12:00:00Z",
    "2026-11-27T19:17:00Z",
    { to: "sleep", at: "2026-11-27T19:00:00Z" },
  ],
  ["until Monday", "2026-11-30T07:05:00Z", "2026-11-28T19:10:00Z", { to: "wake", at: "2026-11-30T07:00:00Z" }],
] as const)("%s", (_, now, done, expected) => {
  const due = dueTurn(hours("Mon-Fri 19:00", "Mon-Fri 07:00"), new Date(now), done && new Date(done));
  // A cluster that keeps sleeping needs no change.
  const wanted = now === "2026-11-28T12:00:00Z" ? undefined : expected;
  expect(due).toEqual(wanted && { ...wanted, at: new Date(wanted.at) });
});

test("a missed run is made up for by the next one", () => {
  const due = dueTurn(hours("19:00", "07:00"), new Date("2026-11-27T06:17:00Z"), new Date("2026-11-26T07:17:00Z"));
  expect(due).toEqual({ to: "sleep", at: new Date("2026-11-26T19:00:00Z") });
});

test("without wakeAt, only people wake it", () => {
  expect(dueTurn(hours("19:00"), new Date("2026-11-27T08:00:00Z"), new Date("2026-11-27T07:00:00Z"))).toBeUndefined();
  expect(dueTurn(hours("19:00"), new Date("2026-11-27T19:01:00Z"), new Date("2026-11-27T07:00:00Z"))?.to).toBe("sleep");
});

test.each([
  ["in winter", "2026-11-27T18:05:00Z", "2026-11-27T18:00:00Z"],
  ["in summer", "2026-07-27T17:05:00Z", "2026-07-27T17:00:00Z"],
  // The clocks went back at 01:00 UTC that day, and forward on the other.
  ["after the clocks went back", "2026-10-25T18:05:00Z", "2026-10-25T18:00:00Z"],
  ["before the clocks go forward, seen afterwards", "2026-03-29T16:00:00Z", "2026-03-28T18:00:00Z"],
])("the hours are those of the time zone, %s", (_, now, at) => {
  expect(dueTurn(hours("19:00", undefined, "Europe/Berlin"), new Date(now), undefined)?.at).toEqual(new Date(at));
});

test("the day is that of the time zone", () => {
  // Already Saturday in Auckland.
  const due = dueTurn(hours("Sat 01:00", undefined, "Pacific/Auckland"), new Date("2026-11-27T12:30:00Z"), undefined);
  expect(due?.at).toEqual(new Date("2026-11-27T12:00:00Z"));
});

test("days may span the end of the week", () => {
  const due = dueTurn(hours("Fri-Sun,Wed 22:00"), new Date("2026-11-26T12:00:00Z"), undefined);
  expect(due?.at).toEqual(new Date("2026-11-25T22:00:00Z"));
});
