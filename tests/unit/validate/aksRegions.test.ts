import { freeTierWarning } from "../../../validate/aksRegions.ts";

test("finds a region without capacity for the tier Free in every spelling", () => {
  for (const location of ["westeurope", "West Europe", "NorthEurope"]) {
    expect(freeTierWarning(location)).toContain("AKSCapacityError");
  }
  expect(freeTierWarning("swedencentral")).toBeUndefined();
});
