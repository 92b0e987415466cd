/** The checks that AKS makes on a cluster's network before it creates anything: subnets, permissions on them, address ranges, API server access. */
import { overlap, parseRange } from "@tarmac/validate/addressRange";
import { networkOfSubnet } from "@tarmac/validate/azureResourceId";
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, isGiven, type JsonObject } from "../jsonValues.ts";
import { isDelegated, requireReference } from "../network/references.ts";
import { controlPlaneMay } from "./clusterIdentity.ts";

interface Asked {
  cloud: Cloud;
  /** Id of the cluster. */
  id: string;
  location: string;
  /** The cluster's new settings. */
  settings: JsonObject;
  /** The control plane's identity with its ids filled in. */
  identity: JsonObject;
  pools: readonly JsonObject[];
  /** Whether AKS joins subnets of the network that the cluster does not name: node auto-provisioning. */
  ofWholeNetwork?: boolean;
}

/** @throws 400 with AKS's codes */
export function checkClusterNetwork(asked: Asked): void {
  const access = asObject(asked.settings.apiServerAccessProfile) ?? {};
  checkAccess(access);
  checkOutbound(asked);
  const zone = asString(access.privateDNSZone) ?? "";
  if (zone.includes("/")) {
    requireReference(asked.cloud, asked.id, zone);
    demand(asked, zone, "Microsoft.Network/privateDnsZones/read");
    demand(asked, zone, "Microsoft.Network/privateDnsZones/A/write");
  }
  const apiServer = asString(access.subnetId);
  if (apiServer !== undefined) {
    requireReference(asked.cloud, asked.id, apiServer, asked.location);
    checkDelegation(asked.cloud, apiServer);
    demand(asked, apiServer, "Microsoft.Network/virtualNetworks/subnets/joinLoadBalancer/action");
  }
  const subnets = new Set(asked.pools.flatMap(({ vnetSubnetID }) => asString(vnetSubnetID) ?? []));
  for (const subnet of subnets) checkSubnet(asked, subnet);
  if (asked.ofWholeNetwork !== true) return;
  const networks = new Set([...subnets].map(networkOfSubnet));
  for (const network of networks) demand(asked, network, "Microsoft.Network/virtualNetworks/subnets/join/action");
}

/** Checks the subnet of a pool that is added to a cluster. */
export function checkPoolSubnet(
  asked: Omit<Asked, "pools">,
  subnet: string | undefined,
  others: readonly JsonObject[],
): void {
  const different = others.some(({ vnetSubnetID }) => isGiven(vnetSubnetID) !== (subnet !== undefined));
  if (different) {
    throw new ArmError(
      400,
      "AgentPoolsWithEmptySubnetError",
      "All or none of the agent pools should set the vnet subnet: the subnet is set for some of them only.",
    );
  }
  if (subnet !== undefined) checkSubnet({ ...asked, pools: [] }, subnet);
}

/** @throws 400 when the nodes' subnets do not fit the outbound type of the cluster */
function checkOutbound({ cloud, settings, pools }: Asked): void {
  const outboundType = asString(asObject(settings.networkProfile)?.outboundType) ?? "loadBalancer";
  const subnets = new Set(pools.map(({ vnetSubnetID }) => asString(vnetSubnetID)));
  if (outboundType === "managedNATGateway") {
    if ([...subnets].every((subnet) => subnet === undefined)) return;
    throw badRequest(
      "Managed NAT gateway isn't compatible with custom virtual networks. Use userAssignedNATGateway. See https://aka.ms/aks/nat-gateway for more details.",
      "networkProfile.outboundType",
    );
  }
  if (outboundType !== "userDefinedRouting" && outboundType !== "userAssignedNATGateway") return;
  for (const subnet of subnets) {
    if (subnet === undefined) throw new ArmError(400, "EmptySubnetError", "The input subnet is an empty string.");
    const properties = cloud.inventory.get(subnet)?.resource.properties ?? {};
    if (outboundType === "userAssignedNATGateway") {
      if (asObject(properties.natGateway) !== undefined) continue;
      throw badRequest(
        `Subnet ${subnet} has no NAT gateway associated, which the outbound type userAssignedNATGateway requires.`,
        "networkProfile.outboundType",
      );
    }
    const table = cloud.inventory.get(asString(asObject(properties.routeTable)?.id) ?? "")?.resource;
    if (table === undefined) {
      throw new ArmError(
        400,
        "ExistingRouteTableNotAssociatedWithSubnet",
        `An existing route table has not been associated with subnet ${subnet}. Please update the route table association`,
      );
    }
    const out = asObjects(table.properties.routes)
      .map((route) => asObject(route.properties))
      .find((route) => route?.addressPrefix === "0.0.0.0/0");
    const hop = asString(out?.nextHopType);
    if (hop === "VirtualAppliance" || hop === "VirtualNetworkGateway") continue;
    throw new ArmError(
      400,
      "RouteTableInvalidNextHop",
      `Default route 0.0.0.0/0 has a next hop of ${hop ?? "None"} but only next hops of VirtualAppliance or VirtualNetworkGateway are allowed. ` +
        "Please see http://aka.ms/aks/outboundtype for more details",
    );
  }
}

function checkAccess(access: JsonObject): void {
  if (
    access.enablePrivateCluster === true &&
    asString(access.privateDNSZone)?.toLowerCase() === "none" &&
    access.enablePrivateClusterPublicFQDN === false
  ) {
    throw badRequest("Private cluster with none private dns zone must enable public FQDN feature.");
  }
  const ranges: unknown[] = Array.isArray(access.authorizedIPRanges) ? access.authorizedIPRanges : [];
  if (access.enablePrivateCluster === true && ranges.length > 0) {
    throw new ArmError(400, "InvalidParameter", "Private cluster cannot be enabled with AuthorizedIPRanges.", {
      target: "apiServerAccessProfile.authorizedIPRanges",
    });
  }
  const wrong = ranges.find((range) => typeof range !== "string" || parseRange(range) === undefined);
  if (wrong !== undefined) {
    throw new ArmError(
      400,
      "InvalidParameter",
      `The value of parameter apiServerAccessProfile.authorizedIPRanges is invalid: ${JSON.stringify(wrong)} is not an IPv4 range.`,
      { target: "apiServerAccessProfile.authorizedIPRanges" },
    );
  }
}

function checkSubnet(asked: Asked, subnet: string): void {
  requireReference(asked.cloud, asked.id, subnet, asked.location);
  demand(asked, subnet, "Microsoft.Network/virtualNetworks/subnets/join/action");
  if (isDelegated(asked.cloud, subnet)) {
    throw new ArmError(
      400,
      "SubnetIsDelegated",
      `AgentPoolProfile.VnetSubnetID ${subnet} cannot be used as it's a delegated subnet. Please check https://aka.ms/adv-network-prerequest for more details.`,
    );
  }
  const text = asString(asked.cloud.inventory.get(subnet)?.resource.properties.addressPrefix) ?? "";
  const range = parseRange(text);
  const network = asObject(asked.settings.networkProfile) ?? {};
  for (const [what, code] of [
    ["serviceCidr", "ServiceCidrOverlapExistingSubnetsCidr"],
    ["podCidr", "PodCidrOverlapExistingSubnetsCidr"],
  ] as const) {
    const cidr = asString(network[what]) ?? "";
    const inner = parseRange(cidr);
    if (range === undefined || inner === undefined || !overlap(range, inner)) continue;
    throw new ArmError(400, code, `The specified ${what} ${cidr} is conflicted with an existing subnet CIDR ${text}.`, {
      target: `networkProfile.${what}`,
    });
  }
  const nodes = asked.pools
    .filter(({ vnetSubnetID }) => vnetSubnetID === subnet)
    .reduce((sum, { count, maxCount }) => sum + Number(maxCount ?? count ?? 1), 0);
  const room = range === undefined ? 0 : range.last - range.first + 1 - 5;
  if (nodes <= room) return;
  throw new ArmError(
    400,
    "InsufficientSubnetSize",
    `Pre-allocated IPs ${nodes} exceeds IPs available ${room} in Subnet Cidr ${text}, Subnet Name ${subnet.split("/").at(-1)}. ` +
      "If Autoscaler is enabled, the max-count from each nodepool is counted towards this total.",
  );
}

function checkDelegation(cloud: Cloud, subnet: string): void {
  const delegations = cloud.inventory.get(subnet)?.resource.properties.delegations;
  const services = asObjects(delegations).map(({ properties }) => asObject(properties)?.serviceName);
  if (services.includes("Microsoft.ContainerService/managedClusters")) return;
  throw new ArmError(
    400,
    "InvalidParameter",
    `The subnet ${subnet} for the API server must be delegated to Microsoft.ContainerService/managedClusters.`,
    { target: "apiServerAccessProfile.subnetId" },
  );
}

/** @throws 400 ResourceMissingPermissionError when the control plane's identity lacks the permission */
function demand({ cloud, identity }: Asked, scope: string, action: string): void {
  // AKS itself grants a system-assigned identity what it needs.
  if (identity.type !== "UserAssigned" || controlPlaneMay(cloud, identity, action, scope)) return;
  throw new ArmError(
    400,
    "ResourceMissingPermissionError",
    `Service principal or user-assigned identity must be given certain permissions to resource ${scope}. ` +
      `Check access result not allowed for action ${action}.`,
  );
}
