/** Settings that are accepted together with clusterMode "automatic", and their results. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { automaticRegionProblem, automaticRegions } from "../../../validate/aksRegions.ts";
import { azureRegions } from "../../../validate/azureRegions.ts";
import { automaticClusterArgs, isAutomatic } from "../../../settings/clusterSettings.ts";
import { existingNetworkArgs, networkArgs } from "../../../settings/networkSettings.ts";
import { readSettings } from "../../../settings/readSettings.ts";
import { settingWarnings } from "../../../settings/settingWarnings.ts";

const read = (more: Record<string, string> = {}) =>
  readSettings("dev", { location: "swedencentral", clusterMode: "automatic", ...more });

const network =
  "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/net";

test("values that equal AKS's are accepted, so that a stack can change its mode alone", () => {
  const settings = read({
    ...{ clusterTier: "Standard", upgradeChannel: "stable", azurePolicy: "true", maintenanceDay: "Sunday" },
    ...{ ownNetwork: "true", apiServerInNetwork: "true", privateCluster: "true", apiServerRange: "10.224.19.0/28" },
    ...{ outboundType: "userAssignedNATGateway", platform: "linux/arm64" },
    nodeSelector: '{"kubernetes.io/arch":"arm64"}',
  });
  expect(isAutomatic(settings)).toBe(true);
  expect(automaticClusterArgs(settings)).toEqual({
    kubelogin: "azurecli",
    maintenance: { day: "Sunday", start: "02:00", hours: 4, utcOffset: "+00:00" },
  });
});

test("a network of the stack has a subnet for the API server and one for AKS's own nodes", () => {
  expect(networkArgs(read({ ownNetwork: "true" })).subnets).toEqual({
    nodes: "10.224.0.0/20",
    privateEndpoints: "10.224.16.0/24",
    apiServer: "10.224.17.0/28",
    systemNodes: "10.224.17.64/26",
  });
});

test("an existing network has three subnets", () => {
  const ids = {
    nodeSubnetId: `${network}/subnets/nodes`,
    apiServerSubnetId: `${network}/subnets/api`,
    systemNodeSubnetId: `${network}/subnets/system`,
  };
  expect(existingNetworkArgs(read(ids))).toMatchObject(ids);
});

test("node counts are unknown: neither ranges nor the autoscaler cause warnings", () => {
  expect(settingWarnings(read({ autoscale: '{"min":3,"max":900}', podRange: "10.244.0.0/24" }))).toEqual([]);
});

test("the example is a valid stack file", () => {
  const { config } = parse(readFileSync("examples/automatic.yaml", "utf8")) as { config: Record<string, unknown> };
  const values = Object.entries(config).map(([key, value]) => [
    key.replace(/^tarmac:/, ""),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  expect(readSettings("shop", Object.fromEntries(values) as Record<string, string>)).toMatchObject({
    ...{ clusterMode: "automatic", cpuRequest: "250m", maintenanceDay: "Wednesday" },
  });
});

test("the regions are Azure's, and an unknown one is accepted", () => {
  expect(automaticRegions.filter((region) => !azureRegions.includes(region))).toEqual([]);
  expect(automaticRegionProblem("marsnorth")).toBeUndefined();
  expect(automaticRegionProblem("ukwest")).toMatch(/^AKS Automatic is not available in ukwest/);
});
