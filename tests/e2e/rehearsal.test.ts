/** The whole delivery loop, station by station. `npm run rehearsal` runs the same stations with output for people. */
import { Rehearsal } from "../rehearsal/rehearsal.ts";
import { stations, Unexpected } from "../rehearsal/stations.ts";
import { start } from "./localStack.ts";

let rehearsal: Rehearsal;

beforeAll(async () => {
  await start();
  rehearsal = await Rehearsal.begin(() => undefined);
});
afterAll(() => rehearsal.end());

/**
 * The stations up to the sandbox are played in CI. Those that follow deploy again and again, for minutes: `npm run rehearsal`
 * plays them all, and so does this test with TARMAC_E2E_REHEARSAL=all.
 */
const inCi = process.env.TARMAC_E2E_REHEARSAL === "all" ? stations.length : 6;

it.skip.each(stations.slice(inCi))("takes minutes, played with TARMAC_E2E_REHEARSAL=all: $title", () => undefined);

it.each(stations.slice(0, inCi))("$title", async ({ play }) => {
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
