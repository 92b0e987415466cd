/** References between resources and subnets: what uses a subnet, which then cannot be moved or deleted, and what a reference must name. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asString } from "../jsonValues.ts";
import { idKey } from "../resourcePath.ts";

/** Ids of the node pools, API servers and private endpoints that have addresses in a subnet. */
export function usersOf(cloud: Cloud, subnetId: string): string[] {
  return cloud.inventory.all().flatMap(({ resource: { id, properties } }) => {
    const places = [
      properties.vnetSubnetID,
      asObject(properties.apiServerAccessProfile)?.subnetId,
      asObject(properties.subnet)?.id,
    ];
    return places.some((place) => idKey(asString(place) ?? "") === idKey(subnetId)) ? [id] : [];
  });
}

/** @throws 400 InUseSubnetCannotBeDeleted (or ...Updated) in the words of Microsoft.Network */
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
