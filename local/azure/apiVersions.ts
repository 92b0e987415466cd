/**
 * The api-versions that resource types are served under. A type that shares its versions with others refers to a list here; a type with
 * its own versions lists them itself.
 */

const inYear = (year: number, ...days: string[]): string[] => days.map((day) => `${year}-${day}`);

/** Microsoft.Resources: resource groups, and lists of resources. */
export const resourcesVersions: readonly string[] = [
  ...inYear(2016, "06-01"),
  ...inYear(2018, "05-01"),
  ...inYear(2019, "05-01", "08-01", "10-01", "11-01"),
  ...inYear(2020, "01-01", "06-01", "10-01"),
  ...inYear(2021, "01-01", "04-01"),
  ...inYear(2022, "09-01", "12-01"),
  ...inYear(2023, "07-01"),
  ...inYear(2024, "03-01", "07-01", "11-01"),
  ...inYear(2025, "03-01", "04-01"),
];

/** Microsoft.ContainerRegistry: registries and their children. */
export const containerRegistryVersions: readonly string[] = [
  ...inYear(2019, "05-01", "12-01-preview"),
  ...inYear(2020, "11-01-preview"),
  ...inYear(2021, "06-01-preview", "08-01-preview", "09-01", "12-01-preview"),
  ...inYear(2022, "02-01-preview", "12-01"),
  ...inYear(2023, "01-01-preview", "06-01-preview", "07-01", "08-01-preview", "11-01-preview"),
  ...inYear(2024, "11-01-preview"),
  ...inYear(2025, "03-01-preview", "04-01", "05-01-preview", "06-01-preview", "11-01"),
  ...inYear(2026, "01-01-preview", "03-01-preview"),
];

/** Microsoft.ContainerService: clusters and their children, in the stable versions since 2023. */
export const containerServiceVersions: readonly string[] = [
  ...inYear(2023, "01-01", "02-01", "03-01", "04-01", "05-01", "06-01", "07-01", "08-01", "09-01", "10-01", "11-01"),
  ...inYear(2024, "01-01", "02-01", "05-01", "07-01", "08-01", "09-01", "10-01"),
  ...inYear(2025, "01-01", "02-01", "03-01", "04-01", "05-01", "07-01", "08-01", "09-01", "10-01"),
  ...inYear(2026, "01-01", "02-01", "03-01", "04-01", "05-01", "06-01"),
];

/** Microsoft.Network: virtual networks and private endpoints. */
export const networkVersions: readonly string[] = [
  ...inYear(2023, "09-01", "11-01"),
  ...inYear(2024, "01-01", "03-01", "05-01", "07-01", "10-01"),
  ...inYear(2025, "01-01"),
];

/** Microsoft.Network: private DNS zones, which are versioned separately. */
export const privateDnsVersions: readonly string[] = ["2018-09-01", "2020-01-01", "2020-06-01", "2024-06-01"];

/**
 * Whether a request may use an api-version.
 *
 * Azure refuses every version that a type does not list. This service also accepts a version that is newer than all listed ones,
 * and answers it like the newest: official clients move to new versions every few months (az 2.91 asks for registries under
 * 2026-09-01-preview), and refusing them would say nothing about the caller. Unlisted older versions, malformed ones, and dates in the future,
 * which no client can have been built for, are refused as Azure does.
 */
export function acceptsVersion(listed: readonly string[], version: string): boolean {
  if (listed.includes(version)) return true;
  const date = /^(\d{4}-\d{2}-\d{2})(?:-preview)?$/.exec(version)?.[1];
  const time = date === undefined ? NaN : Date.parse(date);
  return time <= Date.now() && listed.every((known) => time > Date.parse(known.slice(0, 10)));
}
