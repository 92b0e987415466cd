/** Values of the settings of the registry: which are taken, which are refused, and what is then said. */
import type { SettingCases } from "./cases.ts";

export const registryCases: SettingCases = {
  accepted: [
    ["registryName", "ContosoHello", "ContosoHello"],
    ["registrySku", "Premium", "Premium"],
  ],
  refused: [
    [
      "registryName",
      "contoso-hello",
      '"contoso-hello" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"',
    ],
    [
      "registryName",
      "four",
      '"four" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"',
    ],
    ["registrySku", "premium", '"premium" is not one of "Basic", "Standard", "Premium"; did you mean "Premium"?'],
    ["registrySku", "Gold", '"Gold" is not one of "Basic", "Standard", "Premium"'],
  ],
  together: [],
};
