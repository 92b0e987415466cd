import { createLog, type Level } from "../../../../app/src/log.ts";

const written: [Level, string][] = [];
const log = createLog((level, line) => written.push([level, line]));
beforeEach(() => written.splice(0));

test("a line is one JSON object with time, level, message and the fields", () => {
  log.warn("low on fuel", { litres: 3 });
  const [level, line] = written[0] ?? [];
  expect(level).toBe("warn");
  const entry = JSON.parse(line ?? "") as Record<string, unknown>;
  expect(entry).toEqual({ time: entry.time, level: "warn", message: "low on fuel", litres: 3 });
  expect(new Date(String(entry.time)).toISOString()).toBe(entry.time);
});

test("client input cannot start a new line", () => {
  log.info("request", { path: '/\n{"level":"error"}' });
  expect(written[0]?.[1]).not.toContain("\n");
});

test("writes an error with its stack", () => {
  log.error("failed", { error: new TypeError("no runway") });
  const entry = JSON.parse(written[0]?.[1] ?? "") as { error: string };
  expect(entry.error).toMatch(/^TypeError: no runway\n\s+at /);
});
