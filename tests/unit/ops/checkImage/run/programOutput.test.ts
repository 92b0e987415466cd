import {
  demultiplexed,
  errorLine,
  heapExhausted,
  refusedPort,
  refusedWrites,
  tail,
} from "../../../../../ops/checkImage/run/programOutput.ts";

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

it("joins both streams, even characters that are split over two frames", () => {
  const [first, second] = [Buffer.from("ä").subarray(0, 1), Buffer.from("ä").subarray(1)];
  const raw = Buffer.concat([frame(1, "out\n"), frame(2, "err\n"), frame(1, ""), frame(1, "end\n")]);
  expect(demultiplexed(raw)).toBe("out\nerr\nend\n");
  const split = [first, second].map((half) => Buffer.concat([frame(1, "x").subarray(0, 8), half]));
  expect(demultiplexed(Buffer.concat(split))).toBe("ä");
  expect(demultiplexed(Buffer.alloc(0))).toBe("");
});

it.each([
  ["Error: EROFS: read-only file system, open '/app/cache/state'", ["/app/cache/state"]],
  ["[Error: EROFS: read-only file system, mkdir '/data/a b'] {\n  errno: -30,\n  path: '/data/a b'\n}", ["/data/a b"]],
  ["touch: /var/log/app: Read-only file system", ["/var/log/app"]],
  ["mkdir: can't create directory '/var/cache': Read-only file system", ["/var/cache"]],
  ["OSError: [Errno 30] Read-only file system: '/app/x.pid'", ["/app/x.pid"]],
  ['nginx: [emerg] mkdir() "/var/cache/nginx" failed (30: Read-only file system)', ["/var/cache/nginx"]],
  ["open /data/db.sqlite: read-only file system", ["/data/db.sqlite"]],
  ['{"code":"EROFS"}', [""]],
  ["listening on 8080", []],
])("finds refused writes in %j", (log, paths) => {
  expect(refusedWrites(log)).toEqual(paths);
});

it.each([
  ["Error: listen EACCES: permission denied 0.0.0.0:80", 80],
  ["Error: listen EACCES: permission denied :::443\n    at Server", 443],
  ["nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", 80],
  ["listen tcp :80: bind: permission denied", 80],
  ["PermissionError: bind: permission denied", 0],
  ["Error: EACCES: permission denied, open '/app/x'", undefined],
])("finds a refused port in %j", (log, port) => {
  expect(refusedPort(log)).toBe(port);
});

it("recognizes V8's out-of-memory error", () => {
  expect(heapExhausted("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory")).toBe(true);
  expect(heapExhausted("out of stock")).toBe(false);
});

it("shows the error, or the last lines", () => {
  expect(errorLine("file:///app/a.js:1\nthrow x;\n^\n\nTypeError: x is not a function\n    at a")).toBe(
    "TypeError: x is not a function",
  );
  expect(errorLine("a\nb\n\nc\nd\n")).toBe("b | c | d");
  expect(tail("\n \n")).toBe("it printed nothing");
});
