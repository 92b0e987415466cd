/** The Azure regions that the simulated subscription offers. */
const regions: Record<string, string> = {
  westeurope: "West Europe",
  northeurope: "North Europe",
  germanywestcentral: "Germany West Central",
  francecentral: "France Central",
  swedencentral: "Sweden Central",
  switzerlandnorth: "Switzerland North",
  norwayeast: "Norway East",
  italynorth: "Italy North",
  polandcentral: "Poland Central",
  spaincentral: "Spain Central",
  uksouth: "UK South",
  ukwest: "UK West",
  eastus: "East US",
  eastus2: "East US 2",
  centralus: "Central US",
  northcentralus: "North Central US",
  southcentralus: "South Central US",
  westus: "West US",
  westus2: "West US 2",
  westus3: "West US 3",
  canadacentral: "Canada Central",
  brazilsouth: "Brazil South",
  australiaeast: "Australia East",
  japaneast: "Japan East",
  koreacentral: "Korea Central",
  southeastasia: "Southeast Asia",
  eastasia: "East Asia",
  centralindia: "Central India",
  southafricanorth: "South Africa North",
  uaenorth: "UAE North",
};

export const locationNames: readonly string[] = Object.keys(regions);

/** The region's short name: `westeurope` for `West Europe`. Undefined for an unknown region. */
export function normalizeLocation(location: string): string | undefined {
  const name = location.replaceAll(" ", "").toLowerCase();
  return name in regions ? name : undefined;
}

export function displayName(location: string): string {
  return regions[location] ?? location;
}
