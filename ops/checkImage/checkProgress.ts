/** Where the check is, on standard error: the result alone goes to standard output. */
export type Report = (line: string) => void;

/** One line a step, with the seconds since the beginning. */
export function reportTo(stream: { write: (text: string) => unknown }): Report {
  const started = Date.now();
  return (line) => {
    stream.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  };
}
