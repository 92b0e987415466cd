import { judgeDrain, judgeExit } from "../../../../../ops/checkImage/checks/stopCheck.ts";
import type { Stop } from "../../../../../ops/checkImage/runEvidence.ts";
import { handles, signalArrived } from "../../../../../ops/checkImage/run/processTree.ts";
import { conditions, process, run, stopped } from "../faultlessEvidence.ts";

const exit = (code: number): Stop => ({ ...stopped, exit: { code, outOfMemory: false } });
const healthy = { status: 200 };
const drain = (stop: Partial<Stop>) => judgeDrain({ stop: { ...stopped, ...stop } }, healthy, conditions);
const judged = (stop: Stop, processes = [process(1, 0, "node main.js")]) =>
  judgeExit({ ...run, stop, processes }, conditions);
/** No probe says that it is no longer ready. */
const silent = { ready: [{ error: "refused" as const }] };

it("expects exit 0 within the grace period", () => {
  expect(judged(stopped)).toEqual({ fine: "exit 0 5.10 s after SIGTERM" });
});

it.each([
  [143, "killed-by-sigterm"],
  [1, "exit-not-zero"],
  [137, "exit-not-zero"],
])("finds exit %i", (code, expected) => {
  expect(judged({ ...exit(code), ...silent })).toMatchObject([{ code: expected }]);
});

it("finds a process that had to be killed", () => {
  const answering = { ready: [{ status: 200 }], health: [{ status: 200 }], servedFor: 25_000 };
  const killed: Stop = { ...stopped, ...answering, exit: undefined, milliseconds: 25_000 };
  expect(judged(killed, [process(1, 0, "node main.js", [])])).toEqual([
    {
      code: "sigterm-ignored",
      seen: "it still ran 25 s after SIGTERM, and was killed (exit 137); it answered as before, as a process without a handler does",
    },
  ]);
  expect(judged(killed, [process(1, 0, "gunicorn app", [])])).toMatchObject([
    { code: "sigterm-ignored", seen: expect.stringMatching(/; it has no handler$/) as string },
  ]);
  // The missing drain follows from this fault.
  expect(judgeDrain({ stop: killed }, healthy, conditions)).toBeUndefined();
});

it("finds a process that closes its server and does not exit", () => {
  const closed: Stop = { ...stopped, ...silent, servedFor: 40, exit: undefined, milliseconds: 25_000 };
  expect(judged(closed, [process(1, 0, "node main.js", [])])).toEqual([
    {
      code: "handler-never-exits",
      seen: "it stopped answering 0.04 s after SIGTERM, and it still ran 25 s after SIGTERM, and was killed (exit 137)",
    },
  ]);
});

it("expects 503 on the readiness path and 200 on the liveness path while it drains", () => {
  expect(drain({})).toEqual({ fine: "/ready: 503; /healthz: 200" });
  expect(drain({ ready: [{ status: 200 }, { status: 503 }] })).toHaveProperty("fine");
});

it.each<[string, Partial<Stop>, string[]]>([
  ["still reports ready", { ready: [{ status: 200 }, { error: "refused" }] }, ["ready-while-draining"]],
  ["exits at once", { servedFor: 0, ready: [{ error: "refused" }], health: [{ error: "cut" }] }, ["no-drain"]],
  ["answers one more request and exits", { servedFor: 20, ready: [{ status: 200 }] }, ["no-drain"]],
  ["closes first and exits later", { servedFor: 0, ready: [{ error: "refused" }], health: [] }, ["no-drain"]],
  ["reports itself unhealthy", { health: [{ status: 200 }, { status: 503 }] }, ["health-fails-draining"]],
  [
    "reports itself unhealthy and ready",
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

it("judges nothing if nothing was stopped", () => {
  expect(judgeExit(undefined, conditions)).toBeUndefined();
  expect(judgeDrain(undefined, healthy, conditions)).toBeUndefined();
});

describe("the exact cause", () => {
  const answering = { ready: [{ status: 200 }], health: [{ status: 200 }], servedFor: 25_000 };
  const killed: Stop = { ...stopped, ...answering, exit: undefined, milliseconds: 25_000 };

  it("distinguishes a handler that does not end the process from no handler", () => {
    expect(judged({ ...killed, ready: [{ status: 503 }] })).toEqual([
      {
        code: "handler-never-exits",
        seen: "it said that it is not ready after SIGTERM, and it still ran 25 s after SIGTERM, and was killed (exit 137)",
      },
    ]);
    expect(judged(killed, [process(1, 0, "gunicorn app")])).toEqual([
      {
        code: "handler-never-exits",
        seen: "it handles SIGTERM, and it still ran 25 s after SIGTERM, and was killed (exit 137)",
      },
    ]);
  });

  it.each(["node", "MainThread"])(
    "counts SIGTERM in the table of %s as Node's own, not as a handler of the program",
    (name) => {
      const own = { ...process(1, 0, "/usr/local/bin/node main.js", [2, 15]), name };
      expect(judged(killed, [own])).toMatchObject([{ code: "sigterm-ignored" }]);
      expect(handles(own, "SIGTERM")).toBeUndefined();
      expect(handles(own, "SIGUSR2")).toBe(false);
      expect(handles(undefined, "SIGTERM")).toBeUndefined();
    },
  );

  it("accepts the drain before exit 143", () => {
    expect(judged(exit(143))).toMatchObject([{ code: "exit-143-after-drain" }]);
  });

  it("names the signal that the image requests and the program does not handle", () => {
    expect(judged({ ...killed, signal: "SIGQUIT" })).toEqual([
      {
        code: "stop-signal-mismatch",
        seen: "STOPSIGNAL is SIGQUIT, and the program has no handler for SIGQUIT",
      },
    ]);
    expect(judged({ ...killed, signal: "SIGQUIT" }, [process(1, 0, "gunicorn app")])).toMatchObject([
      { seen: "STOPSIGNAL is SIGQUIT, and the program handles SIGTERM and not SIGQUIT" },
    ]);
    expect(judged({ ...exit(131), ...silent, signal: "SIGQUIT" })).toMatchObject([{ code: "stop-signal-mismatch" }]);
    expect(judged({ ...stopped, signal: "SIGINT" })).toHaveProperty("fine");
  });

  it("says nothing about a program that the signal never reached", () => {
    const behind = [process(1, 0, "npm start"), process(7, 1, "node main.js")];
    expect(judged(killed, behind)).toBeUndefined();
  });

  it.each<[string, Stop, string, boolean | undefined]>([
    ["Node behind npm, ended by the signal", { ...exit(143), ...silent }, "node main.js", true],
    ["Node behind npm, ended by another cause", { ...exit(1), ...silent }, "node main.js", undefined],
    [
      "a program with a handler behind npm, ended before it could drain",
      { ...exit(143), ...silent },
      "gunicorn app",
      false,
    ],
    ["Node behind npm that still runs", killed, "node main.js", false],
  ])("says whether the signal reached %s", (_, stop, program, arrived) => {
    const caught = program.startsWith("node") ? [2, 15] : [15];
    const processes = [process(1, 0, "npm start"), process(7, 1, program, caught)];
    expect(signalArrived({ ...run, stop, processes })).toBe(arrived);
  });

  it("does not blame the drain for an event loop that one request blocks", () => {
    const blocked = { requests: 8, failed: 0, seconds: 9, besideOne: { error: "timeout" as const } };
    const gone = { ...stopped, servedFor: 0, ready: [{ error: "timeout" as const }], health: [] };
    expect(judgeDrain({ stop: gone, load: blocked }, healthy, conditions)).toBeUndefined();
    expect(judgeDrain({ stop: gone, load: { ...blocked, besideOne: healthy } }, healthy, conditions)).toMatchObject([
      { code: "no-drain" },
    ]);
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
