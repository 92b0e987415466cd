import { freeTierWarning } from "../../../validate/aksRegions.ts";

test("a region without room for the tier Free is found in every spelling", () => {
  for (const location of ["westeurope", "West Europe", "NorthEurope"]) {
    expect(freeTierWarning(location)).toContain("AKSCapacityError");
  }
  expect(freeTierWarning("swedencentral")).toBeUndefined();
});
