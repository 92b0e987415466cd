/** `Microsoft.Network/virtualNetworks` and their subnets. They carry no traffic: the one node has its own network. */
import { setTimeout as sleep } from "node:timers/promises";
import { isWithin, overlap, parseRange } from "@tarmac/validate/addressRange";
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import type { Entry, Resource } from "../inventory.ts";
import { asObject, asObjects, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { leftLinks, requireReference, requireUnused, usersOf } from "../network/references.ts";
import { networkVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

const virtualNetworkType = "Microsoft.Network/virtualNetworks";
export const subnetType = "Microsoft.Network/virtualNetworks/subnets";

const nameRule =
  " The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'. " +
  "The name may contain word characters or '.', '-', '_'.";
const checkName = (name: string) => checkNetworkName(name, nameRule);

export const virtualNetwork: ResourceType = {
  type: virtualNetworkType,
  apiVersions: networkVersions,
  tracked: true,
  checkName,

  put: ({ cloud, id, name, body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    const { subnets, ...settings } = asked;
    const prefixes = prefixesOf(settings) ?? prefixesOf(existing?.resource.properties) ?? [];
    if (prefixes.length === 0) {
      throw new ArmError(
        400,
        "InvalidRequestFormat",
        `The address space of the virtual network ${name} is missing: addressSpace.addressPrefixes needs at least one.`,
      );
    }
    for (const prefix of prefixes) requirePrefix(prefix, name);
    const kept = subnetsOf(cloud, id);
    // As in Azure, the list of subnets is complete: subnets that it leaves out are deleted.
    const wanted = subnets === undefined ? kept.map(({ resource }) => asInline(resource)) : asObjects(subnets);
    const names = wanted.map((subnet) => (asString(subnet.name) ?? "").toLowerCase());
    const gone = kept.filter(({ resource }) => !names.includes(resource.name.toLowerCase()));
    for (const { resource } of gone) requireUnused(cloud, resource.id, "Deleted");
    const placed: { name: string; properties: JsonObject }[] = [];
    for (const subnet of wanted) {
      const own = { name: asString(subnet.name) ?? "", properties: asObject(subnet.properties) ?? {} };
      requirePlace(own.name, own.properties, name, prefixes, placed);
      placed.push(own);
    }
    cloud.inventory.remove(gone.map(({ resource }) => resource.id));
    for (const subnet of placed) {
      const subnetId = `${id}/subnets/${subnet.name}`;
      const before = cloud.inventory.get(subnetId)?.resource.properties;
      const properties = subnetProperties(subnet.properties, before);
      cloud.inventory.put({ id: subnetId, name: subnet.name, type: subnetType, properties });
    }
    return {
      resource: {
        location,
        properties: {
          enableDdosProtection: false,
          virtualNetworkPeerings: [],
          ...existing?.resource.properties,
          ...givenOnly(settings),
          addressSpace: { addressPrefixes: prefixes },
          provisioningState: "Succeeded",
        },
      },
    };
  },

  checkRemoval: (cloud, { resource }) => {
    for (const subnet of subnetsOf(cloud, resource.id)) requireUnused(cloud, subnet.resource.id, "Deleted");
  },

  present: (cloud, { resource }) => {
    const subnets = subnetsOf(cloud, resource.id).map((subnet) => asInline(presentSubnet(cloud, subnet)));
    return { ...resource, properties: { ...resource.properties, subnets } };
  },
};

export const subnet: ResourceType = {
  type: subnetType,
  apiVersions: networkVersions,
  tracked: false,
  checkName,

  put: ({ cloud, id, name, scope, body, existing }) => {
    const network = cloud.inventory.get(scope);
    const asked = asObject(body.properties) ?? {};
    for (const property of ["networkSecurityGroup", "routeTable", "natGateway"]) {
      const reference = asString(asObject(asked[property])?.id);
      if (reference !== undefined) requireReference(cloud, id, reference, network?.resource.location);
    }
    const before = existing?.resource.properties;
    const others = subnetsOf(cloud, scope).filter(({ resource }) => resource.id !== id);
    const moved = before !== undefined && asString(asked.addressPrefix) !== asString(before.addressPrefix);
    if (moved) requireUnused(cloud, id, "Updated");
    requirePlace(
      name,
      asked,
      network?.resource.name ?? "",
      prefixesOf(network?.resource.properties) ?? [],
      others.map(({ resource }) => resource),
    );
    return { resource: { properties: subnetProperties(asked, before) } };
  },

  checkRemoval: (cloud, { resource }) => requireUnused(cloud, resource.id, "Deleted"),
  // Only the deletion of a resource group gets here while a link is left. It tries again until the link is gone.
  remove: async (cloud, { resource }) => {
    const until = leftLinks(resource.properties).map(({ goneAt }) => Date.parse(asString(goneAt) ?? ""));
    if (until.length > 0) await sleep(Math.max(...until) - Date.now(), undefined, { signal: cloud.stopping });
  },
  present: presentSubnet,
};

function subnetsOf(cloud: Cloud, networkId: string): Entry[] {
  return cloud.inventory.within(networkId, subnetType);
}

/** A subnet with the users that Azure shows: private endpoints. */
function presentSubnet(cloud: Cloud, { resource }: Entry): Resource {
  const endpoints = usersOf(cloud, resource.id).filter((id) => /\/privateEndpoints\//i.test(id));
  const shown = endpoints.length === 0 ? {} : { privateEndpoints: endpoints.map((id) => ({ id })) };
  const links = leftLinks(resource.properties).map((link) => givenOnly({ ...link, goneAt: undefined }));
  const serviceAssociationLinks = links.length === 0 ? undefined : links;
  return { ...resource, properties: givenOnly({ ...resource.properties, ...shown, serviceAssociationLinks }) };
}

const asInline = ({ id, name, properties }: Resource): JsonObject => ({ id, name, properties });

function subnetProperties(asked: JsonObject, before: JsonObject | undefined): JsonObject {
  const delegations = asObjects(asked.delegations).map((delegation) => ({
    ...delegation,
    properties: { ...asObject(delegation.properties), provisioningState: "Succeeded" },
  }));
  return {
    privateEndpointNetworkPolicies: "Disabled",
    privateLinkServiceNetworkPolicies: "Enabled",
    ...before,
    // A subnet's PUT is complete: references that it omits are removed from the subnet.
    ...Object.fromEntries(["networkSecurityGroup", "routeTable", "natGateway"].map((key) => [key, undefined])),
    ...givenOnly(asked),
    delegations,
    provisioningState: "Succeeded",
  };
}

const prefixesOf = (properties: JsonObject | undefined): string[] | undefined => {
  const prefixes = asObject(properties?.addressSpace)?.addressPrefixes;
  return Array.isArray(prefixes) ? prefixes.filter((prefix) => typeof prefix === "string") : undefined;
};

function requirePrefix(prefix: string, owner: string) {
  const range = parseRange(prefix);
  if (range !== undefined) return range;
  throw new ArmError(
    400,
    "InvalidAddressPrefixFormat",
    `Address prefix ${prefix} of resource ${owner} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
  );
}

function requirePlace(
  name: string,
  properties: JsonObject,
  network: string,
  prefixes: readonly string[],
  others: readonly { name: string; properties: JsonObject }[],
): void {
  const range = requirePrefix(asString(properties.addressPrefix) ?? "", name);
  if (!prefixes.some((prefix) => isWithin(range, requirePrefix(prefix, network)))) {
    throw new ArmError(
      400,
      "NetcfgInvalidSubnet",
      `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network}'.`,
    );
  }
  const other = others.find((one) => {
    const taken = parseRange(asString(one.properties.addressPrefix) ?? "");
    return one.name !== name && taken !== undefined && overlap(range, taken);
  });
  if (other === undefined) return;
  throw new ArmError(
    400,
    "NetcfgSubnetRangesOverlap",
    `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network}'.`,
  );
}
