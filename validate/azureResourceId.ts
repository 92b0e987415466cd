/** Resource ids of Azure, as settings name what was there before. Each function returns what is wrong, or `undefined`. */

const guid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const group = `/subscriptions/${guid}/resourceGroups/[\\w().-]*[\\w()-]/providers`;
/** Name of a resource: no type that is used here allows more. */
const name = "[\\w.-]+";

/** A Log Analytics workspace. */
export function logWorkspaceProblem(id: string): string | undefined {
  if (new RegExp(`^${group}/Microsoft.OperationalInsights/workspaces/${name}$`, "i").test(id)) return undefined;
  return `"${id}" is not the resource id of a Log Analytics workspace: use what this command prints: az monitor log-analytics workspace show --query id -g GROUP -n NAME`;
}

const idOf = (type: string) => new RegExp(`^${group}/${type}/${name}$`, "i");

/** An Azure Monitor workspace. */
export function monitorWorkspaceProblem(id: string): string | undefined {
  if (idOf("Microsoft.Monitor/accounts").test(id)) return undefined;
  return `"${id}" is not the resource id of an Azure Monitor workspace: use what this command prints: az monitor account show --query id -g GROUP -n NAME`;
}

/** A group of people and services that alerts go to. */
export function actionGroupProblem(id: string): string | undefined {
  if (idOf("Microsoft.Insights/actionGroups").test(id)) return undefined;
  return `"${id}" is not the resource id of an action group: use what this command prints: az monitor action-group show --query id -g GROUP -n NAME`;
}

/** An AKS cluster. */
export function managedClusterProblem(id: string): string | undefined {
  if (idOf("Microsoft.ContainerService/managedClusters").test(id)) return undefined;
  return `"${id}" is not the resource id of an AKS cluster: use what this command prints: az aks show --query id -g GROUP -n NAME`;
}

/** A container registry. */
export function registryIdProblem(id: string): string | undefined {
  if (idOf("Microsoft.ContainerRegistry/registries").test(id)) return undefined;
  return `"${id}" is not the resource id of a container registry: use what this command prints: az acr show --query id --name NAME`;
}

const subnetId = new RegExp(`^(${group}/Microsoft.Network/virtualNetworks/${name})/subnets/(${name})$`, "i");

/** Subnets whose names say what they are for. https://learn.microsoft.com/azure/virtual-network/virtual-network-for-azure-services */
const servicesOfSubnets = new Map([
  ["gatewaysubnet", "a VPN or ExpressRoute gateway"],
  ["azurefirewallsubnet", "Azure Firewall"],
  ["azurefirewallmanagementsubnet", "Azure Firewall"],
  ["azurebastionsubnet", "Azure Bastion"],
  ["routeserversubnet", "Azure Route Server"],
]);

/** A subnet of a network that somebody else keeps. */
export function subnetIdProblem(id: string): string | undefined {
  const subnet = subnetId.exec(id)?.[2];
  const service = subnet === undefined ? undefined : servicesOfSubnets.get(subnet.toLowerCase());
  if (service !== undefined)
    return `the subnet "${subnet}" is for ${service} alone, and Azure refuses anything else in it: use another subnet of the network`;
  if (subnet !== undefined) return undefined;
  return `"${id}" is not the resource id of a subnet: use what this command prints: az network vnet subnet show --query id -g GROUP --vnet-name NETWORK -n NAME`;
}

/** The resource id of a subnet's network; "" for what is not the id of a subnet. */
export const networkOfSubnet = (id: string): string => subnetId.exec(id)?.[1] ?? "";

/** Where a registry's private address is kept: a zone of the stack's own, one that a company shares, or none. */
export function registryDnsZoneProblem(zone: string): string | undefined {
  if (zone === "own" || zone === "none") return undefined;
  const zoneName = new RegExp(`^${group}/Microsoft.Network/privateDnsZones/(${name})$`, "i").exec(zone)?.[1];
  if (zoneName?.toLowerCase() === "privatelink.azurecr.io") return undefined;
  return `"${zone}" is not "own", "none", or the resource id of a zone privatelink.azurecr.io: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n privatelink.azurecr.io`;
}

/** Where a private cluster's name is kept. */
export function privateDnsZoneProblem(zone: string): string | undefined {
  if (zone === "system" || zone === "none") return undefined;
  const zoneName = new RegExp(`^${group}/Microsoft.Network/privateDnsZones/(${name})$`, "i").exec(zone)?.[1];
  if (zoneName === undefined)
    return `"${zone}" is not "system", "none", or the resource id of a private DNS zone: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n NAME`;
  if (/^([a-z0-9-]+\.)?private(link)?\.[a-z0-9]+\.azmk8s\.io$/i.test(zoneName)) return undefined;
  return `the zone "${zoneName}" has a name that AKS does not accept: use privatelink.REGION.azmk8s.io or private.REGION.azmk8s.io, optionally after a label of your own`;
}

/** The region in the name of a private cluster's zone; `undefined` where there is none. */
const zoneRegion = (zone: string): string | undefined =>
  /\/(?:[a-z0-9-]+\.)?private(?:link)?\.([a-z0-9]+)\.azmk8s\.io$/i.exec(zone)?.[1]?.toLowerCase();

/** What is wrong with a private cluster's zone in a region, or `undefined`. https://learn.microsoft.com/azure/aks/private-clusters */
export function zoneRegionProblem(zone: string, location: string): string | undefined {
  const region = zoneRegion(zone);
  if (region === undefined || location === "" || region === location) return undefined;
  return `the zone is for clusters in ${region}, and location is "${location}": use the zone privatelink.${location}.azmk8s.io`;
}
