/** Azure resource ids, which settings use for existing resources. Each function returns the problem, or `undefined`. */
import { vaultNameForm } from "./azureNames.ts";

const guid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const group = `/subscriptions/${guid}/resourceGroups/[\\w().-]*[\\w()-]/providers`;
/** Name of a resource. No type used here allows other characters. */
const name = "[\\w.-]+";

/**
 * Returns the pattern of a resource id: its groups are the id of the resource, its name, and the groups of `below`.
 * @param type e.g. "Microsoft.KeyVault/vaults"
 * @param below pattern of what follows the id of the resource. Default: nothing
 * @param named pattern of the name
 */
export const idOf = (type: string, below = "", named = name) =>
  new RegExp(`^(${group}/${type}/(${named}))${below}$`, "i");

/** A Log Analytics workspace. */
export function logWorkspaceProblem(id: string): string | undefined {
  if (idOf("Microsoft.OperationalInsights/workspaces").test(id)) return undefined;
  return `"${id}" is not the resource id of a Log Analytics workspace: use what this command prints: az monitor log-analytics workspace show --query id -g GROUP -n NAME`;
}

/** An Azure Monitor workspace. */
export function monitorWorkspaceProblem(id: string): string | undefined {
  if (idOf("Microsoft.Monitor/accounts").test(id)) return undefined;
  return `"${id}" is not the resource id of an Azure Monitor workspace: use what this command prints: az monitor account show --query id -g GROUP -n NAME`;
}

/** An action group, which sends alerts to people and services. */
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

/** A Key Vault. */
export function vaultIdProblem(id: string): string | undefined {
  if (idOf("Microsoft.KeyVault/vaults", "", vaultNameForm).test(id)) return undefined;
  return `"${id}" is not the resource id of a Key Vault: use what this command prints: az keyvault show --query id -o tsv -n NAME`;
}

const subnetId = idOf("Microsoft.Network/virtualNetworks", `/subnets/(${name})`);

/**
 * Subnet names that Azure reserves for a service.
 * https://learn.microsoft.com/azure/virtual-network/virtual-network-for-azure-services
 */
const servicesOfSubnets = new Map([
  ["gatewaysubnet", "a VPN or ExpressRoute gateway"],
  ["azurefirewallsubnet", "Azure Firewall"],
  ["azurefirewallmanagementsubnet", "Azure Firewall"],
  ["azurebastionsubnet", "Azure Bastion"],
  ["routeserversubnet", "Azure Route Server"],
]);

/** A subnet of an existing network. */
export function subnetIdProblem(id: string): string | undefined {
  const subnet = subnetId.exec(id)?.[3];
  const service = subnet === undefined ? undefined : servicesOfSubnets.get(subnet.toLowerCase());
  if (service !== undefined)
    return `the subnet "${subnet}" is for ${service} alone, and Azure refuses anything else in it: use another subnet of the network`;
  if (subnet !== undefined) return undefined;
  return `"${id}" is not the resource id of a subnet: use what this command prints: az network vnet subnet show --query id -g GROUP --vnet-name NETWORK -n NAME`;
}

/** Returns the resource id of a subnet's network; "" if the id is not a subnet id. */
export const networkOfSubnet = (id: string): string => subnetId.exec(id)?.[1] ?? "";

const zoneId = idOf("Microsoft.Network/privateDnsZones");

/** The DNS zones of the private addresses of all registries and of all vaults. */
export const registryDnsZone = "privatelink.azurecr.io";
export const vaultDnsZone = "privatelink.vaultcore.azure.net";

/** DNS zone of a service's private address: "own", the id of a shared zone with the service's zone name, or "none". */
export function serviceZoneProblem(zone: string, zoneName: string): string | undefined {
  if (zone === "own" || zone === "none") return undefined;
  if (zoneId.exec(zone)?.[2]?.toLowerCase() === zoneName) return undefined;
  return `"${zone}" is not "own", "none", or the resource id of a zone ${zoneName}: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n ${zoneName}`;
}

/** DNS zone of a private cluster's name. */
export function privateDnsZoneProblem(zone: string): string | undefined {
  if (zone === "system" || zone === "none") return undefined;
  const zoneName = zoneId.exec(zone)?.[2];
  if (zoneName === undefined)
    return `"${zone}" is not "system", "none", or the resource id of a private DNS zone: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n NAME`;
  if (/^([a-z0-9-]+\.)?private(link)?\.[a-z0-9]+\.azmk8s\.io$/i.test(zoneName)) return undefined;
  return `the zone "${zoneName}" has a name that AKS does not accept: use privatelink.REGION.azmk8s.io or private.REGION.azmk8s.io, optionally after a label of your own`;
}

/** Returns the region in the name of a private cluster's zone, or `undefined`. */
const zoneRegion = (zone: string): string | undefined =>
  /\/(?:[a-z0-9-]+\.)?private(?:link)?\.([a-z0-9]+)\.azmk8s\.io$/i.exec(zone)?.[1]?.toLowerCase();

/** Returns the problem with a private cluster's zone in a region, or `undefined`. https://learn.microsoft.com/azure/aks/private-clusters */
export function zoneRegionProblem(zone: string, location: string): string | undefined {
  const region = zoneRegion(zone);
  if (region === undefined || location === "" || region === location) return undefined;
  return `the zone is for clusters in ${region}, and location is "${location}": use the zone privatelink.${location}.azmk8s.io`;
}
