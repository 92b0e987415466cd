/** `Microsoft.Network/routeTables`, which a company's firewall needs in front of the nodes. No packet follows them here. */
import { ArmError } from "../armErrors.ts";
import { asObject, asObjects, givenOnly } from "../jsonValues.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { subnetsWith } from "../network/references.ts";
import { networkVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

export const routeTable: ResourceType = {
  type: "Microsoft.Network/routeTables",
  apiVersions: networkVersions,
  tracked: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    return {
      resource: {
        location,
        properties: {
          disableBgpRoutePropagation: false,
          ...existing?.resource.properties,
          ...givenOnly(asked),
          routes: asObjects(asked.routes),
          provisioningState: "Succeeded",
        },
      },
    };
  },

  checkRemoval: (cloud, { resource }) => {
    if (subnetsWith(cloud, "routeTable", resource.id).subnets === undefined) return;
    throw new ArmError(
      400,
      "InUseRouteTableCannotBeDeleted",
      `Route table ${resource.name} is in use and cannot be deleted.`,
    );
  },
  present: (cloud, { resource }) => ({
    ...resource,
    properties: { ...resource.properties, ...subnetsWith(cloud, "routeTable", resource.id) },
  }),
};
