/** Which stations of the rehearsal `--stations` plays. */
import { chosenStations, stations } from "../../rehearsal/stations.ts";

const names = (chosen: ReturnType<typeof chosenStations>) => chosen.map(({ name }) => name);

it("plays all stations by default, each under a name of its own", () => {
  expect(chosenStations()).toBe(stations);
  expect(new Set(names(stations)).size).toBe(stations.length);
});

it.each([
  [["rollback"], ["first-deployment", "rollback"]],
  [
    ["put-back", "reaper"],
    ["first-deployment", "preview", "sandbox", "reaper", "put-back"],
  ],
])("plays %p with the stations that they need, in the rehearsal's order", (wanted, played) => {
  expect(names(chosenStations(wanted))).toEqual(played);
});

it("lists the stations if a name is unknown", () => {
  expect(() => chosenStations(["rolback"])).toThrow(/no station "rolback"; there are first-deployment, .*rollback/);
});
