/** CPU time of child processes: the cost of their work, however busy the machine is otherwise. */
import { existsSync, readFileSync } from "node:fs";

/** Linux reports hundredths of a second to user space, regardless of the kernel's own tick. */
const ticksPerSecond = 100;

/** CPU seconds of all ended descendants of this process so far; NaN on systems other than Linux. */
export function childCpuSeconds(): number {
  if (!existsSync("/proc/self/stat")) return NaN;
  const text = readFileSync("/proc/self/stat", "utf8");
  // The second field is the program's name in parentheses, with any characters. proc_pid_stat(5): field 16 cutime, 17 cstime.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
