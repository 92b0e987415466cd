import { judgeDrain, judgeExit } from "../../../../../ops/checkImage/checks/stopCheck.ts";
import type { Stop } from "../../../../../ops/checkImage/runEvidence.ts";
import { conditions, stopped } from "../evidence.ts";

const exit = (code: number): Stop => ({ ...stopped, exit: { code, outOfMemory: false } });
const healthy = { status: 200 };
const drain = (stop: Partial<Stop>) => judgeDrain({ ...stopped, ...stop }, healthy, conditions);

it("wants exit 0 within the grace period", () => {
  expect(judgeExit(stopped, conditions)).toEqual({ fine: "exit 0 5.10 s after SIGTERM" });
});

it.each([
  [143, "killed-by-sigterm"],
  [1, "exit-not-zero"],
  [137, "exit-not-zero"],
])("finds exit %i", (code, expected) => {
  expect(judgeExit(exit(code), conditions)).toMatchObject([{ code: expected }]);
});

it("finds what had to be killed", () => {
  const killed: Stop = { ...stopped, exit: undefined, milliseconds: 25_000 };
  expect(judgeExit(killed, conditions)).toEqual([
    { code: "sigterm-ignored", seen: "it still ran 25 s after SIGTERM, and was killed (exit 137)" },
  ]);
  // That it does not drain follows from it.
  expect(judgeDrain(killed, healthy, conditions)).toBeUndefined();
});

it("wants 503 on the readiness path and 200 on the liveness path while it drains", () => {
  expect(drain({})).toEqual({ fine: "/ready: 503; /healthz: 200" });
  expect(drain({ ready: [{ status: 200 }, { status: 503 }] })).toHaveProperty("fine");
});

it.each<[string, Partial<Stop>, string[]]>([
  ["goes on saying ready", { ready: [{ status: 200 }, { error: "refused" }] }, ["ready-while-draining"]],
  ["is gone at once", { servedFor: 0, ready: [{ error: "refused" }], health: [{ error: "cut" }] }, ["no-drain"]],
  ["answers once more and is gone", { servedFor: 20, ready: [{ status: 200 }] }, ["no-drain"]],
  ["closes first and ends later", { servedFor: 0, ready: [{ error: "refused" }], health: [] }, ["no-drain"]],
  ["says that it is ill", { health: [{ status: 200 }, { status: 503 }] }, ["health-fails-draining"]],
  [
    "says that it is ill and ready",
    { ready: [{ status: 200 }], health: [{ status: 503 }] },
    ["health-fails-draining", "ready-while-draining"],
  ],
])("finds a process that %s", (_, stop, codes) => {
  expect((drain(stop) as { code: string }[]).map(({ code }) => code)).toEqual(codes);
});

it("does not blame the drain for a liveness path that was bad before", () => {
  expect(judgeDrain({ ...stopped, health: [{ status: 500 }] }, { status: 500 }, conditions)).toHaveProperty("fine");
});

it("judges nothing where nothing was stopped", () => {
  expect(judgeExit(undefined, conditions)).toBeUndefined();
  expect(judgeDrain(undefined, healthy, conditions)).toBeUndefined();
});
