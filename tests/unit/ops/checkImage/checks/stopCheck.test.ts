import { judgeDrain, judgeExit } from "../../../../../ops/checkImage/checks/stopCheck.ts";
import type { Stop } from "../../../../../ops/checkImage/runEvidence.ts";
import { conditions, process, run, stopped } from "../evidence.ts";

const exit = (code: number): Stop => ({ ...stopped, exit: { code, outOfMemory: false } });
const healthy = { status: 200 };
const drain = (stop: Partial<Stop>) => judgeDrain({ stop: { ...stopped, ...stop } }, healthy, conditions);
const judged = (stop: Stop, processes = [process(1, 0, "node main.js")]) =>
  judgeExit({ ...run, stop, processes }, conditions);
/** Nothing says that it is not ready any more. */
const silent = { ready: [{ error: "refused" as const }] };

it("wants exit 0 within the grace period", () => {
  expect(judged(stopped)).toEqual({ fine: "exit 0 5.10 s after SIGTERM" });
});

it.each([
  [143, "killed-by-sigterm"],
  [1, "exit-not-zero"],
  [137, "exit-not-zero"],
])("finds exit %i", (code, expected) => {
  expect(judged({ ...exit(code), ...silent })).toMatchObject([{ code: expected }]);
});

it("finds what had to be killed", () => {
  const killed: Stop = { ...stopped, ...silent, exit: undefined, milliseconds: 25_000 };
  expect(judged(killed, [process(1, 0, "node main.js", [])])).toEqual([
    {
      code: "sigterm-ignored",
      seen: "it still ran 25 s after SIGTERM, and was killed (exit 137); it has no handler",
    },
  ]);
  // That it does not drain follows from it.
  expect(judgeDrain({ stop: killed }, healthy, conditions)).toBeUndefined();
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
  expect(judgeDrain({ stop: { ...stopped, health: [{ status: 500 }] } }, { status: 500 }, conditions)).toHaveProperty(
    "fine",
  );
});

it("judges nothing where nothing was stopped", () => {
  expect(judgeExit(undefined, conditions)).toBeUndefined();
  expect(judgeDrain(undefined, healthy, conditions)).toBeUndefined();
});

describe("what really happened", () => {
  const killed: Stop = { ...stopped, ...silent, exit: undefined, milliseconds: 25_000 };

  it("tells a handler that does not end the process from none", () => {
    expect(judged({ ...killed, ready: [{ status: 503 }] })).toEqual([
      {
        code: "handler-never-exits",
        seen: "it handles SIGTERM, and it still ran 25 s after SIGTERM, and was killed (exit 137)",
      },
    ]);
  });

  it("is content with the drain before exit 143", () => {
    expect(judged(exit(143))).toMatchObject([{ code: "exit-143-after-drain" }]);
  });

  it("names the signal that the image asks for and the program does not handle", () => {
    expect(judged({ ...killed, signal: "SIGQUIT" })).toEqual([
      {
        code: "stop-signal-mismatch",
        seen: "STOPSIGNAL is SIGQUIT, and the program handles SIGTERM and not SIGQUIT",
      },
    ]);
    expect(judged({ ...exit(131), ...silent, signal: "SIGQUIT" })).toMatchObject([{ code: "stop-signal-mismatch" }]);
    expect(judged({ ...stopped, signal: "SIGINT" })).toHaveProperty("fine");
  });

  it("says nothing of a program that the signal never reached", () => {
    const behind = [process(1, 0, "npm start"), process(7, 1, "node main.js")];
    expect(judged(killed, behind)).toBeUndefined();
  });

  it.each(["busy connection", "idle connection"] as const)("finds that it waited for the %s", (waitedFor) => {
    expect(judged({ ...stopped, waitedFor })).toMatchObject([
      { code: "waits-for-connections", level: waitedFor === "busy connection" ? "warning" : "finding" },
    ]);
  });

  it("finds that it answers requests with an error while it drains, unless it did so before", () => {
    const refusing = { ...stopped, load: [{ status: 503 }], loadFailedAfter: 20 };
    expect(drain(refusing)).toMatchObject([{ code: "requests-fail-draining" }]);
    expect(drain({ ...refusing, loadFailedAfter: 5000 })).toHaveProperty("fine");
    const failedBefore = { stop: refusing, load: { requests: 10, failed: 10, seconds: 1 } };
    expect(judgeDrain(failedBefore, healthy, conditions)).toHaveProperty("fine");
  });
});
