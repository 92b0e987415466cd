import { judgeStart, listenerProblem } from "../../../../../ops/checkImage/checks/startCheck.ts";
import type { Loosening, Start } from "../../../../../ops/checkImage/runEvidence.ts";
import { conditions, everywhere, ready, run } from "../evidence.ts";

const failed = (start: Partial<Start>): Start => ({ log: "", ...start });
const exited = (code: number, log = "", outOfMemory = false): Start => failed({ exit: { code, outOfMemory }, log });

/** What is found when it fails in a pod, and with docker run as well. */
const judged = (restricted: Start) =>
  judgeStart({ ...run, restricted, plain: { ...restricted, written: [] } }, conditions);

/** What is found when it fails in a pod, not with docker run, and not without the restriction. */
const restrictedBy = (restricted: Start, loosening?: Loosening, written: string[] = []) =>
  judgeStart(
    {
      ...run,
      restricted,
      plain: { ...ready, written },
      trials: { writableRoot: false, ...(loosening === undefined ? {} : { [loosening]: true }) },
    },
    conditions,
  );

it("is content with what gets ready in time", () => {
  expect(judgeStart(run, conditions)).toEqual({ fine: "ready after 0.40 s, of 15 s" });
});

it("tells late from never", () => {
  expect(judged({ ...ready, readyAfter: 18_000 })).toEqual([
    { code: "slow-start", seen: "it was ready after 18 s; it must be within 15 s" },
  ]);
  // A late start is no matter of a restriction, although it is ready in time with docker run.
  expect(restrictedBy({ ...ready, readyAfter: 18_000 })).toMatchObject([{ code: "slow-start" }]);
});

it.each([
  ['exec: "/missing": stat /missing: no such file or directory: unknown', "entrypoint-not-found"],
  ['exec: "nod": executable file not found in $PATH: unknown', "entrypoint-not-found"],
  ['exec: "/main.js": permission denied: unknown', "entrypoint-permission-denied"],
  ["exec /start.sh: exec format error", "exec-format"],
  ["invalid mount", "start-refused"],
])("reads the engine's refusal: %s", (refused, code) => {
  expect(judged(failed({ refused }))).toMatchObject([{ code }]);
});

it("leaves an image without an entry point to the check of the entry point", () => {
  expect(judged(failed({ refused: "No command specified" }))).toBeUndefined();
});

it.each<[Start, string, string]>([
  [exited(137, "", true), "oom-killed", "it was killed at the memory limit of 256 Mi while it started"],
  [
    exited(134, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
    "heap-exhausted",
    "V8's heap ran full while it started (limit 256 Mi, exit 134)",
  ],
  [
    exited(1, "Error: listen EACCES: permission denied 0.0.0.0:80\n    at x"),
    "privileged-port",
    "it may not listen on port 80: Error: listen EACCES: permission denied 0.0.0.0:80",
  ],
  [exited(255, "exec /start.sh: exec format error"), "exec-format", "exec /start.sh: exec format error"],
  [exited(127, "sh: node: not found"), "entrypoint-not-found", "exit 127: sh: node: not found"],
  [
    exited(126, "sh: main.js: Permission denied"),
    "entrypoint-permission-denied",
    "exit 126: sh: main.js: Permission denied",
  ],
  [
    exited(1, "file:///app/main.js:1\nthrow x\nError: DATABASE_URL is not set\n    at file:///app/main.js"),
    "exits-by-itself",
    "exit 1: Error: DATABASE_URL is not set",
  ],
  [exited(0), "exits-by-itself", "exit 0: it printed nothing"],
])("explains an end by itself: %#", (start, code, seen) => {
  expect(judged(start)).toEqual([{ code, seen }]);
});

it.each<[Partial<Start>, string]>([
  [{ ready: { status: 404 } }, "probe-wrong-path"],
  [{ ready: { status: 503 } }, "not-ready-by-itself"],
  [{ ready: { error: "timeout" }, listeners: [everywhere] }, "probe-timeout"],
  [{ ready: { error: "cut" }, listeners: [] }, "nothing-listens"],
  [{ ready: { error: "cut" }, listeners: [{ address: "127.0.0.1", port: 8080 }] }, "bound-to-loopback"],
  [{ ready: { error: "cut" }, listeners: [{ address: "::1", port: 8080 }] }, "bound-to-loopback"],
  [{ ready: { error: "cut" }, listeners: [{ address: "::", port: 3000 }] }, "port-ignored"],
  // Where nobody can look it up, it must not claim to know.
  [{ ready: { error: "cut" } }, "nothing-listens"],
])("explains that it runs and is not ready: %j", (start, code) => {
  expect(judged(failed(start))).toMatchObject([{ code }]);
});

it("says where it listens instead, and when that is not known", () => {
  const at3000 = [{ address: "0.0.0.0", port: 3000 }];
  expect(listenerProblem(at3000, 8080)?.seen).toBe("PORT is 8080, and it listens on 0.0.0.0 port 3000");
  expect(listenerProblem([...at3000, everywhere], 8080)).toBeUndefined();
  expect(listenerProblem(undefined, 8080)).toBeUndefined();
  expect(judged(failed({ ready: { error: "cut" } }))).toMatchObject([
    { seen: expect.stringContaining("perhaps only on 127.0.0.1") as string },
  ]);
});

it.each<[Loosening, Start, string, string]>([
  [
    "writableRoot",
    exited(1, "Error: EROFS: read-only file system, open '/app/cache/state'"),
    "read-only-filesystem",
    "/app/cache/state",
  ],
  ["writableRoot", exited(1, "it failed"), "read-only-filesystem", "with docker run it writes /app/x"],
  ["capabilities", exited(1, "Error: listen EACCES: permission denied :::80"), "privileged-port", "port 80"],
  ["capabilities", exited(1, "Error: EPERM: operation not permitted, chown"), "needs-capability", "chown"],
  ["ownUser", failed({ refused: "exec: permission denied" }), "needs-own-user", "as user 10001"],
  ["memory", exited(137, "", true), "oom-killed", "256 Mi"],
  ["memory", exited(134, "JavaScript heap out of memory"), "heap-exhausted", "exit 134"],
])("takes the restriction without which it works for the cause: %s", (loosening, start, code, part) => {
  expect(restrictedBy(start, loosening, ["/app/x"])).toEqual([{ code, seen: expect.stringContaining(part) as string }]);
});

it("goes by the log when more than one restriction is at fault", () => {
  expect(restrictedBy(exited(1, "EROFS: read-only file system, mkdir '/data'"))).toMatchObject([
    { code: "read-only-filesystem" },
  ]);
  expect(restrictedBy(exited(1, "Error: EACCES: permission denied, open '/app/key'"))).toEqual([
    { code: "fails-under-restrictions", seen: "exit 1: Error: EACCES: permission denied, open '/app/key'" },
  ]);
  expect(restrictedBy(exited(137, "", true))).toMatchObject([{ code: "oom-killed" }]);
});
