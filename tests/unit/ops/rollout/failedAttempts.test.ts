import { recoveryFrom } from "../../../../ops/doctor/causes/causeCodes.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { failedAttempts } from "../../../../ops/rollout/failedAttempts.ts";
import { observation, recorded } from "../doctor/exampleObservations.ts";
import { crashing, withoutImage } from "./rollouts.ts";

const attempts = (seen: Parameters<typeof observation>[0]) => {
  const all = observation(seen);
  return diagnose(all).findings.map((finding) => failedAttempts(all, finding));
};

it("are counted by the events of failed pulls", () => {
  expect(attempts(withoutImage(1, 4))).toEqual([4]);
});

it("are counted by the exits of the container, unless it runs again", () => {
  expect(attempts(crashing(1, 3))).toEqual([3]);
  expect(attempts(crashing(1, 3, true))).toEqual([0]);
});

it("are recognized in a real cluster's events for every pull and every crash", () => {
  const seen = recorded();
  const counted = diagnose(seen).findings.filter(
    ({ code, affected: [first = ""] }) => typeof recoveryFrom(code) === "number" && first.startsWith("pod/"),
  );
  // A process that writes to a read-only filesystem, for example, need not end for it.
  const running = counted.filter(({ affected: [first], container }) =>
    seen.pods.some(
      ({ metadata, status }) =>
        `pod/${metadata?.name}` === first &&
        status?.containerStatuses?.some(({ name, state }) => name === container && state?.running !== undefined),
    ),
  );
  const without = counted.filter((finding) => failedAttempts(seen, finding) === 0);
  expect(counted.length).toBeGreaterThan(10);
  expect(without).toEqual(running);
});
