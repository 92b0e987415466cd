import {
  azureRegions,
  locationProblem,
  otherCloudProblem,
  zonesInRegionProblem,
} from "../../../validate/azureRegions.ts";

describe("zones of a region", () => {
  test.each(["westus", "ukwest", "northcentralus"])("%s has none", (region) => {
    expect(zonesInRegionProblem(["1"], region)).toBe(
      `${region} has no availability zones (AvailabilityZoneNotSupported): remove the zones, or use a region with zones, e.g. "swedencentral"`,
    );
    expect(zonesInRegionProblem([], region)).toBeUndefined();
  });

  test.each(["swedencentral", "japanwest", "icelandwest", ""])("%j may have some", (region) => {
    expect(zonesInRegionProblem(["1", "2"], region)).toBeUndefined();
  });
});

test.each([
  [
    "chinaeast2",
    "swedencentral",
    '"chinaeast2" belongs to Azure China, and location "swedencentral" to Azure, which share nothing: use a region of the same cloud',
  ],
  [
    "westeurope",
    "usgovvirginia",
    '"westeurope" belongs to Azure, and location "usgovvirginia" to Azure Government, which share nothing: use a region of the same cloud',
  ],
  ["chinanorth3", "chinaeast2", undefined],
  ["westeurope", "", undefined],
])("%s beside the location %j: %s", (region, home, problem) => {
  expect(otherCloudProblem(region, home)).toBe(problem);
});

test.each(["north", "germanycentral"])("%s is not a region, but is similar to one", (name) => {
  expect(azureRegions).not.toContain(name);
  expect(locationProblem(name)).toContain("is not an Azure region");
});
