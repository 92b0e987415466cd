/** References between resources and subnets: which resources use a subnet, so that it cannot be moved or deleted, and what a reference must name. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { idKey } from "../resourcePath.ts";

/**
 * The links that a deleted cluster's API server has left in its subnet. AKS removes them some time after the cluster.
 * @param properties of the subnet
 */
export const leftLinks = (properties: JsonObject): JsonObject[] =>
  asObjects(properties.serviceAssociationLinks).filter(({ goneAt }) => Date.parse(asString(goneAt) ?? "") > Date.now());

/** Ids of the node pools, API servers and private endpoints that have addresses in a subnet, and of links of deleted ones. */
export function usersOf(cloud: Cloud, subnetId: string): string[] {
  const links = leftLinks(cloud.inventory.get(subnetId)?.resource.properties ?? {});
  const users = cloud.inventory.all().flatMap(({ resource: { id, properties } }) => {
    const places = [
      properties.vnetSubnetID,
      asObject(properties.apiServerAccessProfile)?.subnetId,
      asObject(properties.subnet)?.id,
    ];
    return places.some((place) => idKey(asString(place) ?? "") === idKey(subnetId)) ? [id] : [];
  });
  return [...users, ...links.map(({ id }) => asString(id) ?? "")];
}

/** The subnets that name a network security group, route table or NAT gateway, in the form in which Azure shows them. */
export function subnetsWith(
  cloud: Cloud,
  property: "networkSecurityGroup" | "routeTable" | "natGateway",
  id: string,
): { subnets?: { id: string }[] } {
  const subnets = cloud.inventory
    .ofType("Microsoft.Network/virtualNetworks/subnets")
    .filter(({ resource }) => idKey(asString(asObject(resource.properties[property])?.id) ?? "") === idKey(id))
    .map(({ resource }) => ({ id: resource.id }));
  return subnets.length === 0 ? {} : { subnets };
}

/** Whether a subnet is delegated to a service. */
export const isDelegated = (cloud: Cloud, subnetId: string): boolean =>
  asObjects(cloud.inventory.get(subnetId)?.resource.properties.delegations).length > 0;

/** @throws 400 InUseSubnetCannotBeDeleted (or ...Updated) with the message of Microsoft.Network */
export function requireUnused(cloud: Cloud, subnetId: string, doing: "Deleted" | "Updated"): void {
  const [user] = usersOf(cloud, subnetId);
  if (user === undefined) return;
  const name = subnetId.split("/").at(-1) ?? "";
  throw new ArmError(
    400,
    `InUseSubnetCannotBe${doing}`,
    `Subnet ${name} is in use by ${user} and cannot be ${doing.toLowerCase()}. ` +
      (doing === "Deleted"
        ? "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet."
        : ""),
  );
}

/** @throws 400 when a resource refers to one that does not exist or is in another region */
export function requireReference(cloud: Cloud, from: string, to: string, location?: string): void {
  const found = cloud.inventory.get(to)?.resource;
  const place = found?.location ?? cloud.inventory.get(to.replace(/\/subnets\/[^/]+$/i, ""))?.resource.location;
  if (found !== undefined && (location === undefined || place === location)) return;
  throw new ArmError(
    400,
    "InvalidResourceReference",
    `Resource ${to} referenced by resource ${from} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}
