import { step, throttled, type Report } from "../../../local/progress.ts";

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

/** An output that keeps what is written: the lines of a log, or the writes to a terminal. */
function kept(terminal = false) {
  const written: string[] = [];
  return { written, output: { write: (text: string) => void written.push(text), terminal } };
}

/** A step that runs until the test ends it. */
function running(terminal = false) {
  const { written, output } = kept(terminal);
  let report: Report = () => undefined;
  let end: (value: string) => void = () => undefined;
  const done = step(
    "Building",
    (given) => {
      report = given;
      return new Promise<string>((resolve) => (end = resolve));
    },
    output,
  );
  return { written, done, report: (line: string) => report(line), end: () => end("result") };
}

test("a step announces its start and its duration, and returns its result", async () => {
  const { written, output } = kept();
  expect(await step("Certificates", () => 42, output)).toBe(42);
  expect(written).toEqual(["  Certificates ...\n", "✓ Certificates (0.0 s)\n"]);
});

test("a step forwards its progress", async () => {
  const { written, done, report, end } = running();
  report("package 3 of 7");
  jest.advanceTimersByTime(2500);
  end();
  expect(await done).toBe("result");
  expect(written).toEqual(["  Building ...\n", "  Building: package 3 of 7\n", "✓ Building (2.5 s)\n"]);
});

test("a step that fails says so, and rethrows its error", async () => {
  const { written, output } = kept();
  const failure = new Error("no space left");
  await expect(step("Building", () => Promise.reject(failure), output)).rejects.toBe(failure);
  expect(written).toEqual(["  Building ...\n", "✗ Building (0.0 s)\n"]);
});

test("a silent step reports every five seconds that it is still working, with its last progress", () => {
  const { written, report } = running();
  jest.advanceTimersByTime(5000);
  expect(written.splice(0)).toEqual(["  Building ...\n", "  Building: working (5.0 s)\n"]);
  jest.advanceTimersByTime(2000);
  report("linking");
  expect(written.splice(0)).toEqual(["  Building: linking\n"]);
  jest.advanceTimersByTime(4900);
  expect(written).toEqual([]);
  jest.advanceTimersByTime(5100);
  expect(written).toEqual(["  Building: linking (12.0 s)\n", "  Building: linking (17.0 s)\n"]);
});

test("no silence lasts ten seconds, whenever the last line came", () => {
  const { written, report } = running();
  for (const pause of [1, 999, 1001, 4999, 5000, 5001, 9999]) {
    written.length = 0;
    jest.advanceTimersByTime(pause);
    report("next");
    let silent = 0;
    while (written.length < 2) {
      jest.advanceTimersByTime(100);
      silent += 100;
    }
    expect(silent).toBeLessThanOrEqual(6000);
  }
});

test("a step that has ended prints nothing", async () => {
  const { written, done, end } = running();
  end();
  await done;
  const lines = written.length;
  jest.advanceTimersByTime(60_000);
  expect(written).toHaveLength(lines);
});

test("on a terminal the line is redrawn in place, and stays when the step ends", async () => {
  const { written, done, report, end } = running(true);
  report("linking");
  end();
  await done;
  expect(written).toEqual([
    "\r\u001b[2K  Building ...",
    "\r\u001b[2K  Building: linking",
    "\r\u001b[2K✓ Building (0.0 s)",
    "\n",
  ]);
});

test("steps write to standard error, separate from results", async () => {
  const spoken = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await step("Certificates", () => undefined);
  const text = spoken.mock.calls.map(([part]) => part).join("");
  spoken.mockRestore();
  expect(text).toContain("✓ Certificates (0.0 s)");
});

test("of hundreds of lines a second, one every two seconds is forwarded", () => {
  jest.setSystemTime(1_000_000);
  const lines: string[] = [];
  const report = throttled((line) => lines.push(line));
  for (let i = 0; i < 500; i++) {
    report(`line ${i}`);
    jest.advanceTimersByTime(10);
  }
  expect(lines).toEqual(["line 0", "line 200", "line 400"]);
});
