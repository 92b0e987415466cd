/** Resource groups: `Microsoft.Resources/resourceGroups`. */
import { resourcesVersions } from "../apiVersions.ts";
import { ArmError } from "../armErrors.ts";
import { asString } from "../jsonValues.ts";
import type { ResourceType } from "./resourceType.ts";

export const resourceGroupType = "Microsoft.Resources/resourceGroups";

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
