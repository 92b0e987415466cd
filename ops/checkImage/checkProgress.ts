/** Progress of the check, on standard error. Standard output contains only the result. */
export type Report = (line: string) => void;

/** Prints one line per step, with the seconds since the start. */
export function reportTo(stream: { write: (text: string) => unknown }): Report {
  const started = Date.now();
  return (line) => {
    stream.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  };
}
