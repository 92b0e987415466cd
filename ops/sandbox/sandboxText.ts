/** Output of the sandbox commands. */
import type { Power } from "../azure/clusterPower.ts";
import type { Down } from "./sandboxDown.ts";
import { fromNow } from "./lifetime.ts";
import type { Reaping } from "./reap.ts";
import type { Schedule } from "./sleep.ts";
import { isExpired, type Sandbox } from "./listSandboxes.ts";

/** Pads columns to equal width, two spaces apart. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function listReport(sandboxes: readonly Sandbox[], powers: ReadonlyMap<string, Power>, now: Date): string {
  if (sandboxes.length === 0) return "no sandboxes";
  return table([
    ["NAME", "STACK", "OWNER", "EXPIRES", "CLUSTER", "RESOURCES"],
    ...sandboxes.map((sandbox) => [
      sandbox.name,
      sandbox.stack,
      sandbox.owner,
      sandbox.expires === undefined
        ? "never: its tag cannot be read"
        : `${isExpired(sandbox, now) ? "expired " : ""}${fromNow(sandbox.expires, now)}`,
      powers.get(sandbox.stack) ?? "-",
      String(sandbox.resources),
    ]),
  ]);
}

export function scheduleReport({ turned, failed }: Schedule): string {
  const lines = [
    ...turned.map(({ stack, power }) => `${stack} ${power === "stopped" ? "sleeps" : "runs again"}`),
    ...failed.map(({ stack, reason }) => `${stack} did not change: ${reason}`),
  ];
  return lines.length === 0 ? "nothing is due" : lines.join("\n");
}

export function downReport({ stack, swept, left, kept }: Down): string {
  return [
    left.length === 0
      ? `${stack} is gone: nothing is left of it in Azure, in the registry or in the backend`
      : `${stack} is not gone`,
    ...left.map((what) => `  left: ${what}`),
    ...swept.map((what) => `  swept up: ${what}`),
    ...kept.map((what) => `  kept: ${what}`),
  ].join("\n");
}

export function reapReport({ reaped, kept, endless, postponed, unclaimed }: Reaping, now: Date): string {
  const lines = reaped.map(({ stack, owner, expires, result }) => {
    if (result === undefined) return `${stack} of ${owner} expired ${fromNow(new Date(expires), now)}`;
    return "failed" in result ? `${stack} of ${owner} is not gone\n  ${result.failed}` : downReport(result);
  });
  return [
    ...lines,
    ...endless.map(
      ({ stack, owner }) => `${stack} of ${owner} has no readable expiry: npx tarmac sandbox extend ${stack}`,
    ),
    ...postponed.map(({ stack, owner }) => `${stack} of ${owner} was skipped: the time limit of this run is over`),
    ...unclaimed.map(
      ({ group, stack, owner }) =>
        `resource group ${group} of ${owner} says that it is of the expired ${stack}, and not of which state backend: if it is yours, delete it (az group delete --name ${group})`,
    ),
    `${reaped.length} expired, ${failures({ reaped })} of them not taken down; ${kept.length} live on`,
  ].join("\n");
}

/** Number of sandboxes that should be gone but still exist. */
export const failures = ({ reaped }: Pick<Reaping, "reaped">): number =>
  reaped.filter(({ result }) => result !== undefined && ("failed" in result || result.left.length > 0)).length;
