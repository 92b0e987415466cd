/**
 * Kubernetes' minor versions on Azure Kubernetes Service (AKS): when each became generally available and when its support ends.
 *
 * Source: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions, the page of 2026-08-05. AKS supports a
 * version for about twelve months, and for about twelve more with long-term support, which requires the Premium tier.
 * If the page gives only a month, support ends on its last day. A unit test fails 60 days before support ends for a
 * version in a stack file.
 */
export interface AksVersion {
  /** E.g. "1.36". */
  minor: string;
  /** Month of general availability, e.g. "2026-06". */
  available: string;
  /** Last day of community support, e.g. "2027-06-30". */
  supportEnd: string;
  /** Last day of long-term support. */
  longTermEnd: string;
}

/** Oldest first. */
export const aksVersions: readonly AksVersion[] = [
  { minor: "1.29", available: "2024-03", supportEnd: "2025-03-31", longTermEnd: "2026-04-30" },
  { minor: "1.30", available: "2024-07", supportEnd: "2025-08-22", longTermEnd: "2026-07-31" },
  { minor: "1.31", available: "2024-11", supportEnd: "2025-11-01", longTermEnd: "2026-11-30" },
  { minor: "1.32", available: "2025-04", supportEnd: "2026-03-31", longTermEnd: "2027-03-31" },
  { minor: "1.33", available: "2025-06", supportEnd: "2026-07-31", longTermEnd: "2027-07-31" },
  { minor: "1.34", available: "2025-11", supportEnd: "2026-11-30", longTermEnd: "2027-11-30" },
  { minor: "1.35", available: "2026-03", supportEnd: "2027-03-31", longTermEnd: "2028-03-31" },
  { minor: "1.36", available: "2026-06", supportEnd: "2027-06-30", longTermEnd: "2028-06-30" },
  { minor: "1.37", available: "2026-10", supportEnd: "2027-10-31", longTermEnd: "2028-10-31" },
];

/** Number of days before the end of support when warnings start. */
export const warningDays = 60;

const day = 24 * 60 * 60 * 1000;

/** `1.36` of `1.36.2`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** The number `36` of `1.36.2`. */
export const minorNumber = (version: string): number => Number(version.split(".")[1]);

/** Returns the version's row of the table, or `undefined`. @param version e.g. "1.36" or "1.36.2" */
export const aksVersion = (version: string): AksVersion | undefined =>
  aksVersions.find(({ minor }) => minor === minorOf(version));

/**
 * Returns the last day on which a cluster may run the version.
 * @param longTerm whether the cluster has long-term support
 */
export const endOf = (version: AksVersion, longTerm: boolean): string =>
  longTerm ? version.longTermEnd : version.supportEnd;

/** Returns the days until the end of a day such as "2026-11-30", in UTC; negative for past days. */
export const daysUntilEndOf = (date: string, now: Date): number =>
  Math.floor((Date.parse(date) + day - now.getTime()) / day);

/** Returns the minor versions that AKS supports at this time, oldest first. */
export const supportedMinors = (longTerm: boolean, now: Date): string[] =>
  aksVersions
    .filter((version) => Date.parse(`${version.available}-01`) <= now.getTime())
    .filter((version) => daysUntilEndOf(endOf(version, longTerm), now) >= 0)
    .map(({ minor }) => minor);

/** Greater than the patch number of any released Kubernetes version. */
const mostPatch = 40;

/**
 * Returns how many minor versions may have followed the newest one in the table. Kubernetes releases three a year; the
 * result allows two more.
 */
const releasedSince = ({ available }: AksVersion, now: Date): number =>
  Math.ceil(Math.max(0, now.getTime() - Date.parse(`${available}-01`)) / ((365 * day) / 3)) + 2;

/** Returns what AKS supports now, for a message: `use "1.37", the newest, or "1.35", "1.36"`. */
function supportedInstead(longTerm: boolean, now: Date): string {
  const minors = supportedMinors(longTerm, now);
  const newest = minors.at(-1);
  const others = minors.slice(0, -1).map((minor) => `"${minor}"`);
  if (newest === undefined)
    return "update tarmac, whose table of versions (validate/aksVersions.ts) has no supported one";
  return `use "${newest}", the newest, or one of ${others.join(", ")}`;
}

/**
 * Returns the problem with a version that AKS no longer supports, or `undefined`. Versions newer than the table are
 * accepted: AKS decides.
 *
 * @param version e.g. "1.36" or "1.36.2"
 * @param longTerm whether the cluster has long-term support (Premium tier)
 */
export function unsupportedVersionProblem(version: string, longTerm: boolean, now = new Date()): string | undefined {
  const found = aksVersion(version);
  const oldest = aksVersions[0]?.minor ?? "";
  const patch = Number(version.split(".")[2] ?? 0);
  // AKS numbers its own long-term support patches from 100.
  if (patch > mostPatch && !(longTerm && patch >= 100))
    return `"${version}" does not exist: no version has a patch ${patch}${patch >= 100 ? " without long-term support (clusterTier Premium)" : ""}; use "${minorOf(version)}", whose newest patch AKS then takes, or see az aks get-versions --location LOCATION`;
  if (found === undefined) {
    const newest = aksVersions.at(-1);
    if (newest !== undefined && minorNumber(version) > minorNumber(newest.minor) + releasedSince(newest, now))
      return `"${version}" does not exist yet: ${supportedInstead(longTerm, now)}`;
    if (minorNumber(version) > minorNumber(oldest)) return undefined;
    return `"${version}" is older than every version that AKS supports: ${supportedInstead(longTerm, now)}`;
  }
  const end = endOf(found, longTerm);
  if (daysUntilEndOf(end, now) >= 0) return undefined;
  const rescue =
    !longTerm && daysUntilEndOf(found.longTermEnd, now) >= 0
      ? `, or set clusterTier to Premium, whose long-term support lasts until ${found.longTermEnd}`
      : "";
  return `AKS supported "${found.minor}" until ${end} and creates no cluster with it: ${supportedInstead(longTerm, now)}${rescue}`;
}

/**
 * Returns a warning about a version whose support ends within {@link warningDays} days, or that is not in the table
 * yet; otherwise `undefined`.
 */
export function endingVersionWarning(version: string, longTerm: boolean, now = new Date()): string | undefined {
  const found = aksVersion(version);
  if (found === undefined) {
    const newest = aksVersions.at(-1)?.minor ?? "";
    if (minorNumber(version) < minorNumber(newest)) return undefined;
    return `"${version}" is newer than tarmac's table of versions, which ends with "${newest}": check az aks get-versions --location LOCATION`;
  }
  const end = endOf(found, longTerm);
  const left = daysUntilEndOf(end, now);
  if (left < 0 || left >= warningDays) return undefined;
  const days = left === 0 ? "today" : left === 1 ? "in 1 day" : `in ${left} days`;
  return (
    `AKS ends its support of "${found.minor}" ${days}, on ${end}, and may already refuse new clusters with it: ` +
    `upgrade one minor version at a time; ${supportedInstead(longTerm, now)}`
  );
}
