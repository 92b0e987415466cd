/**
 * Kubernetes' minor versions on Azure Kubernetes Service (AKS): when each became generally available and when its support ends.
 *
 * Source: https://learn.microsoft.com/azure/aks/supported-kubernetes-versions, the page of 2026-08-05. AKS supports a version for
 * about twelve months, and for about twelve more with long-term support, which only the tier Premium has. An end that the page
 * gives as a month is that month's last day. A unit test fails 60 days before the end of a version that a stack file names.
 */
export interface AksVersion {
  /** E.g. "1.36". */
  minor: string;
  /** Month in which AKS offers it to everybody, e.g. "2026-06". */
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

/** How many days before the end of a version's support a warning starts. */
export const warningDays = 60;

const day = 24 * 60 * 60 * 1000;

/** `1.36` of `1.36.2`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** The number `36` of `1.36.2`. */
export const minorNumber = (version: string): number => Number(version.split(".")[1]);

/** The version's row of the table, or `undefined`. @param version e.g. "1.36" or "1.36.2" */
export const aksVersion = (version: string): AksVersion | undefined =>
  aksVersions.find(({ minor }) => minor === minorOf(version));

/** The last day on which a cluster may run the version. @param longTerm whether the cluster has long-term support */
export const endOf = (version: AksVersion, longTerm: boolean): string =>
  longTerm ? version.longTermEnd : version.supportEnd;

/** Days from now to the end of a day such as "2026-11-30", in UTC; negative when the day is over. */
export const daysUntilEndOf = (date: string, now: Date): number =>
  Math.floor((Date.parse(date) + day - now.getTime()) / day);

/** The minor versions that AKS supports at this time, oldest first. */
export const supportedMinors = (longTerm: boolean, now: Date): string[] =>
  aksVersions
    .filter((version) => Date.parse(`${version.available}-01`) <= now.getTime())
    .filter((version) => daysUntilEndOf(endOf(version, longTerm), now) >= 0)
    .map(({ minor }) => minor);

/** More than the patches of any version that Kubernetes has released. */
const mostPatch = 40;

/** How many minor versions may have come after the newest one of the table: Kubernetes releases three a year; two more are spare. */
const releasedSince = ({ available }: AksVersion, now: Date): number =>
  Math.ceil(Math.max(0, now.getTime() - Date.parse(`${available}-01`)) / ((365 * day) / 3)) + 2;

/** What AKS supports now, for a message: `use "1.37", the newest, or "1.35", "1.36"`. */
function supportedInstead(longTerm: boolean, now: Date): string {
  const minors = supportedMinors(longTerm, now);
  const newest = minors.at(-1);
  const others = minors.slice(0, -1).map((minor) => `"${minor}"`);
  if (newest === undefined)
    return "update tarmac, whose table of versions (validate/aksVersions.ts) has no supported one";
  return `use "${newest}", the newest, or one of ${others.join(", ")}`;
}

/**
 * What is wrong with a version that AKS does not support any more, or `undefined`. A version that is newer than the table is
 * accepted: AKS decides.
 *
 * @param version e.g. "1.36" or "1.36.2"
 * @param longTerm whether the cluster has long-term support: the tier Premium
 */
export function unsupportedVersionProblem(version: string, longTerm: boolean, now = new Date()): string | undefined {
  const found = aksVersion(version);
  const oldest = aksVersions[0]?.minor ?? "";
  const patch = Number(version.split(".")[2] ?? 0);
  // AKS numbers its own patches of long-term support from 100.
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
 * A warning about a version whose support ends within {@link warningDays} days, or that the table does not have yet; `undefined`
 * for every other one.
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
