/** Resource groups: `Microsoft.Resources/resourceGroups`. */
import { ArmError } from "../errors.ts";
import { asString } from "../json.ts";
import type { ResourceType } from "./resourceType.ts";

export const resourceGroupType = "Microsoft.Resources/resourceGroups";

/** The api-versions of everything that belongs to Microsoft.Resources. */
export const resourcesVersions: readonly string[] = [
  "2016-06-01",
  "2018-05-01",
  "2019-05-01",
  "2019-08-01",
  "2019-10-01",
  "2019-11-01",
  "2020-01-01",
  "2020-06-01",
  "2020-10-01",
  "2021-01-01",
  "2021-04-01",
  "2022-09-01",
  "2022-12-01",
  "2023-07-01",
  "2024-03-01",
  "2024-07-01",
  "2024-11-01",
  "2025-03-01",
  "2025-04-01",
];

export const resourceGroup: ResourceType = {
  type: resourceGroupType,
  apiVersions: resourcesVersions,
  tracked: true,
  checkName: (name) =>
    /^[-\w.()]{0,89}[-\w()]$/u.test(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidResourceGroup",
          `The provided resource group name '${name}' is not valid. It can have 1 to 90 letters, digits, '-', '.', '(', ')' and '_', and must not end with '.'.`,
        ),
  put: ({ name, existing, location, body }) => {
    const before = existing?.resource.location;
    if (before !== undefined && before !== location) {
      throw new ArmError(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${location}'. The Resource group already exists in location '${before}'.`,
      );
    }
    if (existing?.resource.properties.provisioningState === "Deleting") {
      throw new ArmError(
        409,
        "ResourceGroupBeingDeleted",
        `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
      );
    }
    const managedBy = asString(body.managedBy) ?? existing?.resource.managedBy;
    return {
      resource: {
        location,
        ...(managedBy === undefined ? {} : { managedBy }),
        properties: { provisioningState: "Succeeded" },
      },
    };
  },
};
