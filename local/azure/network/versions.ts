/** The api-versions of Microsoft.Network: of networks and endpoints, and of private DNS zones, which have their own. */
export const networkVersions: readonly string[] = [
  "2023-09-01",
  "2023-11-01",
  "2024-01-01",
  "2024-03-01",
  "2024-05-01",
  "2024-07-01",
  "2024-10-01",
  "2025-01-01",
];
export const privateDnsVersions: readonly string[] = ["2020-06-01", "2024-06-01"];
