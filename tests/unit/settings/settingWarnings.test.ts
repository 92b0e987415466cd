import type { Settings } from "../../../settings/everySetting.ts";
import { readSettings } from "../../../settings/readSettings.ts";
import { settingWarnings } from "../../../settings/settingWarnings.ts";

const november = new Date("2026-11-28T08:00:00Z");
const fine: Settings = {
  ...readSettings("dev", { location: "swedencentral" }),
  kubernetesVersion: "1.36",
};

test("says nothing about a supported version in a region with capacity", () => {
  expect(settingWarnings(fine, november)).toEqual([]);
  expect(settingWarnings({ ...fine, kubernetesVersion: undefined }, november)).toEqual([]);
});

test("warns 60 days before a version's support ends, with the setting's name first", () => {
  expect(settingWarnings({ ...fine, kubernetesVersion: "1.34" }, november)).toEqual([
    expect.stringMatching(/^kubernetesVersion: AKS ends its support of "1\.34" in 2 days, on 2026-11-30/),
  ]);
  expect(settingWarnings({ ...fine, kubernetesVersion: "1.34", clusterTier: "Premium" }, november)).toEqual([]);
});

test.each(["westeurope", "northeurope"])("warns of the tier Free in %s", (location) => {
  expect(settingWarnings({ ...fine, location }, november)).toEqual([
    `clusterTier: AKS refuses new clusters of the tier "Free" in ${location} (AKSCapacityError): use another location, e.g. swedencentral, ` +
      'or the tier "Standard". An existing cluster keeps running',
  ]);
  expect(settingWarnings({ ...fine, location, clusterTier: "Standard" }, november)).toEqual([]);
});

test("says nothing about a cluster that the stack does not create", () => {
  expect(settingWarnings({ ...fine, location: "westeurope", kubeContext: "prod" }, november)).toEqual([]);
});

test("says how many of an autoscaler's pods fit if not all do", () => {
  const small = { ...fine, nodeSize: "Standard_D2s_v5", nodeCount: 2, nodeMaxCount: 0, cpuRequest: "1" };
  expect(settingWarnings({ ...small, autoscale: { min: 1, max: 10 } }, november)).toEqual([
    "autoscale: 2 of at most 10 pods fit on the nodes; the others would stay Pending",
  ]);
  expect(settingWarnings({ ...small, autoscale: { min: 1, max: 2 } }, november)).toEqual([]);
});

test("does not count nodes whose taints an autoscaler's pods do not tolerate", () => {
  const tainted = {
    ...fine,
    cpuRequest: "1",
    autoscale: { min: 1, max: 10 },
    userPools: { apps: { vmSize: "Standard_D2s_v5", count: 3, taints: ["team=shop:NoSchedule"] } },
  };
  expect(settingWarnings(tainted, november)).toEqual([
    "autoscale: 0 of at most 10 pods fit on the nodes; the others would stay Pending",
  ]);
  expect(settingWarnings({ ...tainted, tolerations: ["team:NoSchedule"] }, november)).toEqual([
    "autoscale: 3 of at most 10 pods fit on the nodes; the others would stay Pending",
  ]);
});
