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

it.each(stations)("$title", async ({ play }) => {
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
