import { hostname } from "node:os";
import { isStale, locksIn } from "../../../../ops/pulumi/stackLock.ts";

const now = new Date("2026-11-23T12:00:00Z");
/** The file backend's message. */
const refusal = (host: string, pid: number, time: string) =>
  "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  `file:///state/.pulumi/locks/organization/tarmac/sandbox-x/aa.json?no_tmp_dir=true: created by ci@${host} (pid ${pid}) at ${time}`;

test("a refusal names the lock's holder", () => {
  expect(locksIn(refusal("runner-7", 4711, "2026-11-23T11:00:00Z"))).toEqual([
    { host: "runner-7", pid: 4711, since: new Date("2026-11-23T11:00:00Z") },
  ]);
  expect(locksIn("no stack named 'x' found")).toEqual([]);
});

test.each([
  ["of this machine whose process is gone", hostname(), 2 ** 22 + 1, "2026-11-23T11:59:00Z", true],
  [
    "of this machine whose process number belongs to a program that started later",
    hostname(),
    process.pid,
    "2026-11-23T11:59:00Z",
    true,
  ],
  // Regardless of the CLI's name, and on systems that only tell whether the process exists.
  ["of this machine whose process runs", hostname(), process.pid, new Date(Date.now()).toISOString(), false],
  ["of another machine", "runner-7", 1, "2026-11-23T11:00:00Z", false],
  ["of another machine, hours old", "runner-7", 1, "2026-11-23T08:59:00Z", true],
])("a lock %s", (_, host, pid, since, stale) => {
  expect(isStale({ host, pid, since: new Date(since) }, now)).toBe(stale);
});
