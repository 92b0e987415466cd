import {
  judgeHealth,
  judgeLoad,
  judgeMemory,
  judgePort,
  judgeProbesUnderLoad,
  judgeWrites,
} from "../../../../../ops/checkImage/checks/serveCheck.ts";
import type { Load } from "../../../../../ops/checkImage/runEvidence.ts";
import { conditions, ready, run } from "../faultlessEvidence.ts";

const load: Load = { requests: 2000, failed: 0, seconds: 2, peakMemory: 60 * 2 ** 20 };
const fine = { code: 0, outOfMemory: false };

describe("port", () => {
  it("is fine if anything answers on the other port", () => {
    expect(judgePort(run)).toEqual({ fine: "with PORT=8081 it listens there" });
    expect(judgePort({ ...run, otherPort: { port: 8081, ready: { status: 503 }, log: "" } })).toHaveProperty("fine");
  });
  it.each([
    [[{ address: "::", port: 8080 }], "port-ignored"],
    [[], "port-ignored"],
    [undefined, "port-ignored"],
    [[{ address: "127.0.0.1", port: 8081 }], "bound-to-loopback"],
  ])("is wrong if the process listens on %j", (listeners, code) => {
    expect(judgePort({ ...run, otherPort: { port: 8081, ready: { error: "cut" }, log: "", listeners } })).toMatchObject(
      [{ code }],
    );
  });
  it("warns of a server that listens only on the address of its own name", () => {
    const restricted = { ...ready, address: "10.0.0.2", listeners: [{ address: "10.0.0.2", port: 8080 }] };
    expect(judgePort({ ...run, restricted })).toMatchObject([{ code: "bound-to-pod-address" }]);
    const everywhere = { ...restricted, listeners: [...restricted.listeners, { address: "::", port: 8080 }] };
    expect(judgePort({ ...run, restricted: everywhere })).toHaveProperty("fine");
  });
  it("is not judged if it was never tried", () => expect(judgePort({ ...run, otherPort: undefined })).toBeUndefined());
});

describe("health", () => {
  it("accepts what the kubelet accepts", () => {
    expect(judgeHealth(run, conditions)).toEqual({ fine: "/healthz: status 200" });
    expect(judgeHealth({ ...run, health: { status: 404 } }, conditions)).toEqual([
      { code: "health-not-ok", seen: "/healthz on port 8080: status 404" },
    ]);
  });
  it("leaves a missing answer to the start check", () => {
    const silent = { ...ready, readyAfter: undefined, health: { error: "cut" } as const };
    expect(judgeHealth({ ...run, health: undefined, restricted: silent }, conditions)).toBeUndefined();
  });
  it("finds a path that never answers although the other one does", () => {
    expect(judgeHealth({ ...run, health: { error: "timeout" } }, conditions)).toEqual([
      { code: "health-not-ok", seen: "/healthz on port 8080: no answer in time (2.00 s)" },
    ]);
  });
});

describe("writes", () => {
  it("are found by their refusal, even if the program hid it, and by what docker run left behind", () => {
    expect(judgeWrites(run)).toEqual({ fine: "none attempted" });
    expect(
      judgeWrites({
        ...run,
        log: "warning: EROFS: read-only file system, open '/app/log'",
        plain: { ...ready, written: ["/app/cache/a"] },
      }),
    ).toEqual([
      {
        code: "writes-outside-mounts",
        seen: "refused on the read-only root: /app/log; written with docker run: /app/cache/a",
      },
    ]);
  });
  it("are not judged if the service never got ready, unless some were seen", () => {
    const never = { ...ready, readyAfter: undefined };
    expect(judgeWrites({ ...run, plain: { ...never, written: [] } })).toBeUndefined();
    expect(judgeWrites({ ...run, plain: { ...never, written: ["/app/x"] } })).toMatchObject([
      { code: "writes-outside-mounts" },
    ]);
  });
  it("are not judged if it never ran", () => {
    expect(judgeWrites({ ...run, restricted: { refused: "no such file", log: "" } })).toBeUndefined();
  });
});

describe("memory", () => {
  const judge = (peakMemory: number | undefined, exit = fine, log = "") =>
    judgeMemory({ ...load, peakMemory }, exit, log, conditions);
  it("must leave a fifth of the limit free", () => {
    expect(judge(0.8 * 256 * 2 ** 20)).toEqual({ fine: "205 Mi of 256 Mi after 2000 requests" });
    expect(judge(0.81 * 256 * 2 ** 20)).toEqual([
      { code: "memory-headroom", seen: "207 Mi of 256 Mi after 2000 requests" },
    ]);
  });
  it("distinguishes the kernel's kill from V8's out-of-memory error", () => {
    expect(judge(250 * 2 ** 20, { code: 137, outOfMemory: true })).toEqual([
      { code: "oom-killed", seen: "killed at the limit of 256 Mi after 2000 requests, at 250 Mi when last seen" },
    ]);
    expect(judge(undefined, { code: 134, outOfMemory: false }, "JavaScript heap out of memory")).toMatchObject([
      { code: "heap-exhausted" },
    ]);
  });
  it("is not judged without a measurement", () => {
    expect(judge(undefined)).toBeUndefined();
    expect(judgeMemory(undefined, undefined, "", conditions)).toBeUndefined();
  });
});

describe("load", () => {
  it("warns of failed requests", () => {
    expect(judgeLoad(run, conditions)).toEqual({ fine: "2000 requests to /, 1000 a second, none failed" });
    expect(judgeLoad({ ...run, load: { ...load, failed: 3, failure: "status 500" } }, conditions)).toEqual([
      { code: "fails-under-load", seen: "3 of 2000 requests to / failed: status 500" },
    ]);
  });
  it("warns of an endless answer", () => {
    expect(judgeLoad({ ...run, load: { ...load, endless: 40 } }, conditions)).toMatchObject([
      { code: "endless-answer" },
    ]);
  });
  it("finds a process that did not survive it", () => {
    const gone = { load, exit: { code: 1, outOfMemory: false }, log: "Error: too many\n    at x" };
    expect(judgeLoad(gone, conditions)).toMatchObject([
      { code: "exits-by-itself", seen: "exit 1 after 2000 requests to /: Error: too many" },
    ]);
  });
  it("leaves out-of-memory errors to the memory check", () => {
    expect(judgeLoad({ load, exit: { code: 137, outOfMemory: true }, log: "" }, conditions)).toBeUndefined();
    const heap = { load, exit: { code: 134, outOfMemory: false }, log: "JavaScript heap out of memory" };
    expect(judgeLoad(heap, conditions)).toBeUndefined();
  });
});

describe("probes under load", () => {
  const none = { asked: 9, failed: 0, streak: 0 };
  const some = { asked: 9, failed: 2, streak: 1, failure: { error: "timeout" as const } };
  const judge = (part: Partial<Load>) =>
    judgeProbesUnderLoad({ ...load, ready: none, health: none, ...part }, conditions);

  it("are fine, slow, or unanswered for so long that the kubelet restarts the process", () => {
    expect(judge({})).toEqual({ fine: "18 probes while requests ran, none failed" });
    expect(judge({ health: some, besideOne: { status: 200 } })).toMatchObject([{ code: "probes-slow-under-load" }]);
    expect(judge({ ready: some })).toMatchObject([{ code: "probes-slow-under-load" }]);
    expect(judge({ health: { ...some, failed: 3, streak: 3 } })).toMatchObject([
      { code: "liveness-kills-busy-process", seen: expect.stringContaining("3 times in a row") as string },
    ]);
  });

  it("detect a blocked event loop by a single request", () => {
    expect(judge({ health: some, besideOne: { error: "timeout" } })).toMatchObject([
      { code: "liveness-kills-busy-process", seen: expect.stringContaining("one request alone") as string },
    ]);
  });

  it("are not judged if none was sent", () => expect(judgeProbesUnderLoad(load, conditions)).toBeUndefined());
});
