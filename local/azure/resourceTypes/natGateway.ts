/** `Microsoft.Network/natGateways` and the public addresses that they send from. Nothing leaves through them here. */
import { createHash } from "node:crypto";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly } from "../jsonValues.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { requireReference, subnetsWith } from "../network/references.ts";
import { networkVersions } from "../apiVersions.ts";
import { idKey } from "../resourcePath.ts";
import type { ResourceType } from "./resourceType.ts";

const natGatewayType = "Microsoft.Network/natGateways";

export const natGateway: ResourceType = {
  type: natGatewayType,
  apiVersions: networkVersions,
  tracked: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ cloud, id, body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    const sku = asString(asObject(body.sku)?.name);
    if (sku !== "Standard" && sku !== "StandardV2")
      throw badRequest(`The SKU of a NAT gateway is Standard or StandardV2, not ${JSON.stringify(sku)}.`, "sku.name");
    for (const { id: address } of asObjects(asked.publicIpAddresses))
      requireReference(cloud, id, asString(address) ?? "", location);
    return {
      resource: {
        location,
        sku: { name: sku },
        properties: {
          idleTimeoutInMinutes: 4,
          ...existing?.resource.properties,
          ...givenOnly(asked),
          provisioningState: "Succeeded",
        },
      },
    };
  },

  checkRemoval: (cloud, { resource }) => {
    if (subnetsWith(cloud, "natGateway", resource.id).subnets === undefined) return;
    throw new ArmError(
      400,
      "InUseNatGatewayCannotBeDeleted",
      `NAT gateway ${resource.name} is in use by subnets and cannot be deleted.`,
    );
  },
  present: (cloud, { resource }) => ({
    ...resource,
    properties: { ...resource.properties, ...subnetsWith(cloud, "natGateway", resource.id) },
  }),
};

export const publicIpAddress: ResourceType = {
  type: "Microsoft.Network/publicIPAddresses",
  apiVersions: networkVersions,
  tracked: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ id, body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    const sku = asString(asObject(body.sku)?.name) ?? "Standard";
    if (sku !== "Basic" && asked.publicIPAllocationMethod === "Dynamic") {
      throw new ArmError(
        400,
        "StandardSkuPublicIPAddressesMustBeStatic",
        `Standard sku publicIp ${id} must have AllocationMethod set to Static.`,
      );
    }
    const number = createHash("sha256").update(idKey(id)).digest()[0] ?? 0;
    return {
      resource: {
        location,
        sku: { name: sku, tier: "Regional" },
        properties: {
          publicIPAddressVersion: "IPv4",
          idleTimeoutInMinutes: 4,
          // A range reserved for documentation, which no host has.
          ipAddress: `198.51.100.${number}`,
          ...existing?.resource.properties,
          ...givenOnly(asked),
          provisioningState: "Succeeded",
        },
      },
    };
  },

  checkRemoval: (cloud, { resource }) => {
    const user = cloud.inventory
      .ofType(natGatewayType)
      .find((gateway) =>
        asObjects(gateway.resource.properties.publicIpAddresses).some(
          ({ id }) => idKey(asString(id) ?? "") === idKey(resource.id),
        ),
      );
    if (user === undefined) return;
    throw new ArmError(
      400,
      "PublicIPAddressCannotBeDeleted",
      `Public IP address ${resource.id} can not be deleted since it is still allocated to resource ${user.resource.id}. ` +
        "In order to delete the public IP, disassociate/detach the Public IP address from the resource.  To learn how to do this, see aka.ms/deletepublicip.",
    );
  },
};
