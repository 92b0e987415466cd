/** `tarmac doctor --wait`: checks again while a workload is only starting. */
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { lastWhileStarting } from "../../../../ops/doctor/startWait.ts";
import { before, observation, pod } from "./exampleObservations.ts";

const waiting = { ready: false, state: { waiting: { reason: "ContainerCreating" } } };
const starting = observation({
  pods: [pod("web", { status: waiting, metadata: { creationTimestamp: before(5) } })],
});
const failing = observation({
  pods: [pod("web", { status: { ready: false, state: { waiting: { reason: "CrashLoopBackOff" } }, restartCount: 5 } })],
});
const healthy = observation({ pods: [pod("web")] });

async function after(seconds: number, ...observed: Observation[]) {
  let pauses = 0;
  const last = await lastWhileStarting(
    () => Promise.resolve(observed.shift() ?? healthy),
    seconds,
    () => Promise.resolve((pauses += 1)),
  );
  return { last, pauses };
}

it("ends when everything has started", async () => {
  expect(await after(60, starting, starting, healthy)).toEqual({ last: healthy, pauses: 2 });
});

it("ends at the first problem", async () => {
  expect(await after(60, starting, failing, healthy)).toEqual({ last: failing, pauses: 1 });
});

it("ends after its time limit, with what is still starting", async () => {
  expect(await after(0, starting, healthy)).toEqual({ last: starting, pauses: 0 });
});
