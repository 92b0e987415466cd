import { judgeStart, listenerProblem } from "../../../../../ops/checkImage/checks/startCheck.ts";
import type { Loosening, Start } from "../../../../../ops/checkImage/runEvidence.ts";
import { conditions, everywhere, process, ready, run } from "../faultlessEvidence.ts";

const failed = (start: Partial<Start>): Start => ({ log: "", ...start });
const exited = (code: number, log = "", outOfMemory = false): Start => failed({ exit: { code, outOfMemory }, log });

/** The findings when the image fails in a pod and with docker run. */
const judged = (restricted: Start) =>
  judgeStart({ ...run, restricted, plain: { ...restricted, written: [] } }, conditions);

/** The findings when the image fails in a pod, but not with docker run and not without the restriction. */
const restrictedBy = (restricted: Start, loosening?: Loosening, written: string[] = []) =>
  judgeStart(
    {
      ...run,
      restricted,
      plain: { ...ready, written },
      trials: loosening === undefined ? {} : { [loosening]: ready },
      ...(loosening === undefined ? {} : { needed: [loosening] }),
    },
    conditions,
  );

it("accepts a service that gets ready in time", () => {
  expect(judgeStart(run, conditions)).toEqual({ fine: "ready after 0.40 s, of 15 s" });
});

it("distinguishes late from never", () => {
  expect(judged({ ...ready, readyAfter: 18_000 })).toEqual([
    { code: "slow-start", seen: "it was ready after 18 s; it must be within 15 s" },
  ]);
  // A late start is not caused by a restriction, even if the image is ready in time with docker run.
  expect(restrictedBy({ ...ready, readyAfter: 18_000 })).toMatchObject([{ code: "slow-start" }]);
});

it.each([
  ['exec: "/missing": stat /missing: no such file or directory: unknown', "entrypoint-not-found"],
  ['exec: "nod": executable file not found in $PATH: unknown', "entrypoint-not-found"],
  ['exec: "/main.js": permission denied: unknown', "entrypoint-permission-denied"],
  ["exec /start.sh: exec format error", "exec-format"],
  ["invalid mount", "start-refused"],
])("explains the engine's refusal: %s", (refused, code) => {
  expect(judged(failed({ refused }))).toMatchObject([{ code }]);
});

it("leaves an image without an entry point to the entry point check", () => {
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
  [exited(0), "exits-by-itself", "exit 0: it had nothing to do any more, and printed nothing"],
])("explains an exit without a restriction at fault: %#", (start, code, seen) => {
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
  // If the check cannot look it up, it must not claim to know.
  [{ ready: { error: "cut" } }, "nothing-listens"],
])("explains that it runs and is not ready: %j", (start, code) => {
  expect(judged(failed(start))).toMatchObject([{ code }]);
});

it("says where it listens instead, or that this is unknown", () => {
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
])("names the restriction without which it works as the cause: %s", (loosening, start, code, part) => {
  expect(restrictedBy(start, loosening, ["/app/x"])).toEqual([{ code, seen: expect.stringContaining(part) as string }]);
});

it("goes by the log if it worked once and not again", () => {
  expect(restrictedBy(exited(1, "EROFS: read-only file system, mkdir '/data'"))).toMatchObject([
    { code: "read-only-filesystem" },
  ]);
  expect(restrictedBy(exited(137, "", true))).toMatchObject([{ code: "oom-killed" }]);
});

describe("two restrictions", () => {
  const both = (readOnly: string, denied: string) =>
    judgeStart(
      {
        ...run,
        restricted: exited(1, denied),
        plain: { ...ready, written: [] },
        // Each of the two restrictions alone makes the image fail.
        trials: { writableRoot: exited(1, denied), ownUser: exited(1, readOnly) },
        needed: ["writableRoot", "ownUser"],
      },
      conditions,
    );

  it("are two causes, each shown by what is left when the other is left out", () => {
    expect(
      both("EROFS: read-only file system, open '/app/cache/state'", "EACCES: permission denied, open '/app/key'"),
    ).toMatchObject([
      { code: "read-only-filesystem", seen: expect.stringContaining("/app/cache/state") as string },
      { code: "needs-own-user", seen: expect.stringContaining("/app/key") as string },
    ]);
  });

  it("are one cause if both refuse the same path", () => {
    expect(both("EROFS: read-only file system, mkdir '/.pm2'", "EACCES: permission denied, mkdir '/.pm2'")).toEqual([
      {
        code: "read-only-filesystem",
        seen: "on a read-only root file system it does not get ready: it writes to /.pm2; on a writable one user 10001 may not write there either",
        mend: expect.stringContaining("PM2_HOME=/tmp/.pm2") as string,
      },
    ]);
  });

  it("are reported as they are if all of them are at fault", () => {
    const needed = ["writableRoot", "ownUser", "capabilities"] as const;
    expect(judgeStart({ ...run, restricted: exited(1, "Error: no"), needed }, conditions)).toEqual([
      {
        code: "fails-under-restrictions",
        seen: "it gets ready only without all of writableRoot, ownUser, capabilities: exit 1: Error: no",
      },
    ]);
  });
});

describe("causes by their messages", () => {
  it.each([
    [exited(1, "Error: A system error occurred: uv_os_get_passwd returned ENOENT"), "user-without-passwd"],
    [exited(1, "Error: connect ECONNREFUSED 10.0.0.7:5432"), "waits-for-dependency"],
    [exited(1, "Error: getaddrinfo ENOTFOUND db.shop.svc"), "waits-for-dependency"],
    [exited(1, "PrismaClientInitializationError: Can't reach database server at `db:5432`"), "waits-for-dependency"],
    [exited(1, "Error: EACCES: permission denied, mkdir '/.pm2'"), "path-not-writable"],
    [exited(1, "/app/start.sh: line 2: $'\\r': command not found"), "crlf-script"],
    [exited(127, "env: 'node\r': No such file or directory"), "crlf-script"],
  ])("%#", (start, code) => {
    expect(judged(start)).toMatchObject([{ code }]);
  });

  it("gives advice on known endings", () => {
    expect(judged(exited(1, "Error: Cannot find module 'express'"))).toMatchObject([
      { code: "exits-by-itself", mend: expect.stringContaining("dependencies") as string },
    ]);
  });

  it.each<[Partial<Start>, string]>([
    [{ ready: { error: "cut" }, dialect: "tls", listeners: [everywhere] }, "https-only"],
    [{ ready: { status: 400 }, dialect: "tls", listeners: [everywhere] }, "https-only"],
    [{ ready: { error: "cut" }, dialect: "http2", listeners: [everywhere] }, "http2-only"],
    [{ ready: { error: "cut" }, dialect: "no-ipv4", listeners: [everywhere] }, "ipv6-only"],
    [{ ready: { error: "cut" }, dialect: "unknown", listeners: [everywhere] }, "not-http"],
    [{ ready: { error: "redirects" }, listeners: [everywhere] }, "not-ready-by-itself"],
    [{ ready: { status: 503 }, log: "waiting for postgres" }, "waits-for-dependency"],
    [
      { ready: { error: "cut" }, listeners: [], connecting: [{ address: "10.0.0.9", port: 5432 }] },
      "waits-for-dependency",
    ],
    [
      { ready: { error: "cut" }, listeners: [], processes: [process(1, 0, "sh /wait-for-it.sh db:5432 -- node x")] },
      "waits-for-dependency",
    ],
  ])("explains that it runs and does not get ready: %#", (start, code) => {
    expect(judged(failed(start))).toMatchObject([{ code }]);
  });

  it("a privileged port whose error was hidden, by what it listens on with docker run", () => {
    const plain = { ...failed({ listeners: [{ address: "::", port: 80 }] }), written: [] };
    expect(judgeStart({ ...run, restricted: exited(0), plain }, conditions)).toMatchObject([
      { code: "privileged-port", seen: expect.stringContaining("port 80") as string },
    ]);
  });

  it("the interpreter of a script that the image does not have", () => {
    const script = { path: "app/start.sh", text: "", executable: true, interpreterMissing: true };
    const refused = failed({ refused: "exec /app/start.sh: no such file or directory" });
    const judgedBy = (interpreter: string) =>
      judgeStart({ ...run, restricted: refused, plain: { ...refused, written: [] } }, conditions, {
        scripts: [{ ...script, interpreter }],
      });
    expect(judgedBy("/bin/bash")).toMatchObject([
      { code: "entrypoint-not-found", seen: expect.stringContaining("/bin/bash") as string },
    ]);
    expect(judgedBy("/bin/sh\r")).toMatchObject([{ code: "crlf-script" }]);
  });
});
