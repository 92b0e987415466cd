/** The preflight's result as text for people. */
import type { Found } from "./runChecks.ts";

const marks = { ok: "ok", problem: "PROBLEM", unknown: "unknown" } as const;

/** @param passed also show passed checks */
export function preflightLines(found: readonly Found[], passed = true): string[] {
  const shown = passed ? found : found.filter(({ state }) => state !== "ok");
  const widest = Math.max(...shown.map(({ check }) => check.length), 0);
  return shown.flatMap(({ check, state, what, fix }) => {
    const start = `  ${marks[state].padEnd(8)} ${check.padEnd(widest)}  `;
    return [`${start}${what}`, ...(fix === undefined ? [] : [`${" ".repeat(start.length)}fix: ${fix}`])];
  });
}

/** The last line: the number of results per state. */
export function preflightSummary(found: readonly Found[]): string {
  const count = (state: Found["state"]) => found.filter((one) => one.state === state).length;
  const [problems, unknowns] = [count("problem"), count("unknown")];
  if (problems + unknowns === 0) return "Azure would refuse nothing";
  const parts = [
    ...(problems > 0 ? [`${problems} ${problems === 1 ? "problem" : "problems"}`] : []),
    ...(unknowns > 0 ? [`${unknowns} without an answer`] : []),
  ];
  return parts.join(", ");
}
