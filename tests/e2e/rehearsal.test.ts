/** The whole delivery loop, station by station. `npm run rehearsal` runs the same stations with output for people. */
import { Rehearsal } from "../rehearsal/rehearsal.ts";
import { chosenStations, stations, Unexpected } from "../rehearsal/stations.ts";
import { start } from "./localStack.ts";

let rehearsal: Rehearsal;

beforeAll(async () => {
  await start();
  rehearsal = await Rehearsal.begin(() => undefined);
});
afterAll(() => rehearsal.end());

/**
 * CI plays the stations up to the sandbox. Those that follow deploy again and again, for minutes: `npm run rehearsal` plays
 * them all, and so does this test with TARMAC_E2E_REHEARSAL=all, or some of them with their names (`rollback,promotion`).
 */
const wanted = process.env.TARMAC_E2E_REHEARSAL;
const played =
  wanted === undefined ? stations.slice(0, 6) : chosenStations(wanted === "all" ? undefined : wanted.split(","));

it.skip.each(stations.filter((station) => !played.includes(station)))(
  "runs only with TARMAC_E2E_REHEARSAL=all, because it takes minutes: $title",
  () => undefined,
);

it.each(played)("$title", async ({ play }) => {
  const checked: string[] = [];
  await play(rehearsal, {
    quote: () => undefined,
    expect: (what, holds, seen = "") => {
      if (!holds) throw new Unexpected(`not so: ${what}\n${seen}`);
      checked.push(what);
    },
  });
  expect(checked).not.toEqual([]);
});
