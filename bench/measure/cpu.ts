/** CPU time of child processes: what their work costs, however busy the machine is with something else. */
import { existsSync, readFileSync } from "node:fs";

/** Linux has counted in hundredths of a second for user space ever since, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

/** Seconds that the children of this process which have ended, and theirs, have used so far; NaN where it is not Linux. */
export function childCpuSeconds(): number {
  if (!existsSync("/proc/self/stat")) return NaN;
  const text = readFileSync("/proc/self/stat", "utf8");
  // The second field is the program's name in brackets and may hold anything. proc_pid_stat(5): 16 cutime, 17 cstime.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
