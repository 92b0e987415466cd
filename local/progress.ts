/**
 * Steps on the terminal, each with its time. A long step prints its last report again every few seconds, to show that it still
 * runs.
 */
const heartbeatSeconds = 5;

/** A step calls this to report its progress. One line, without a newline. */
export type Report = (line: string) => void;

/** Where steps print: the terminal, or a list in a test. */
export interface Output {
  write(text: string): void;
  /** On a terminal, the current line is redrawn in place. In a log, each report is a line. */
  terminal: boolean;
}

const standardError: Output = {
  write: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY && process.env.CI !== "true",
};

/**
 * Runs one step: prints its title, its reports, and its time in seconds at the end.
 * An error passes through after the step has been marked as failed.
 */
export async function step<T>(
  title: string,
  work: (report: Report) => Promise<T> | T,
  output: Output = standardError,
): Promise<T> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  let last = "";
  let spokenAt = Date.now();
  const show = (text: string) => {
    spokenAt = Date.now();
    output.write(output.terminal ? `\r\x1b[2K${text}` : `${text}\n`);
  };
  const report: Report = (line) => {
    last = line;
    show(`  ${title}: ${line}`);
  };
  show(`  ${title} ...`);
  const beat = setInterval(() => {
    if (Date.now() - spokenAt < heartbeatSeconds * 1000) return;
    show(`  ${title}: ${last === "" ? "working" : last} (${seconds()} s)`);
  }, 1000);
  try {
    const result = await work(report);
    show(`✓ ${title} (${seconds()} s)`);
    return result;
  } catch (error) {
    show(`✗ ${title} (${seconds()} s)`);
    throw error;
  } finally {
    clearInterval(beat);
    if (output.terminal) output.write("\n");
  }
}

/** Passes on at most one report per `milliseconds`, for programs that print hundreds of lines per second. */
export function throttled(report: Report, milliseconds = 2000): Report {
  let reportedAt = 0;
  return (line) => {
    if (Date.now() - reportedAt < milliseconds) return;
    reportedAt = Date.now();
    report(line);
  };
}
