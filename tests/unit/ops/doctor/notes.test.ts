import { setTimeout as sleep } from "node:timers/promises";
import { Notes } from "../../../../ops/doctor/notes.ts";

it("count only for what itself could not be read, whatever else failed meanwhile", async () => {
  const notes = new Notes();
  const slow = notes.need("events", sleep(20, ["event"]), []);
  const forbidden = notes.attempt("nodes", Promise.reject(new Error("forbidden")), undefined);
  const lost = notes.need("Jobs", Promise.reject(new Error("no answer")), []);
  expect([await slow, await forbidden, await lost]).toEqual([["event"], undefined, []]);
  expect(notes.blind).toEqual(["Jobs"]);
  expect(notes.notSeen.toSorted()).toEqual(["Jobs: no answer", "nodes: forbidden"]);
});
