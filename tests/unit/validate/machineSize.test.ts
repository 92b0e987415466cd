import { machineSize, nodeSizeProblem, sizeWarning, systemPoolSizeProblem } from "../../../validate/machineSize.ts";

const amd64 = { architecture: "amd64", isBurstable: false };
const list = "list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table";

describe("from the name of a virtual machine size", () => {
  test.each([
    ["Standard_D2s_v5", { ...amd64, cpus: 2, memory: 8 }],
    ["Standard_D4lds_v5", { ...amd64, cpus: 4, memory: 8 }],
    ["Standard_D4ps_v5", { architecture: "arm64", isBurstable: false, cpus: 4, memory: 16 }],
    ["Standard_E8-4s_v5", { ...amd64, cpus: 4, memory: 64 }],
    ["Standard_F8s_v2", { ...amd64, cpus: 8, memory: 16 }],
    ["Standard_F8ams_v6", { ...amd64, cpus: 8, memory: 64 }],
    ["Standard_F8als_v6", { ...amd64, cpus: 8, memory: 16 }],
    ["Standard_B2ts_v2", { architecture: "amd64", isBurstable: true, cpus: 2, memory: 1 }],
    ["Standard_B2ls_v2", { architecture: "amd64", isBurstable: true, cpus: 2, memory: 4 }],
  ])("%s, its series gives vCPUs, memory, and processor", (size, machine) => {
    expect(machineSize(size)).toEqual(machine);
  });

  test.each([
    ["Standard_A2_v2", { ...amd64, cpus: 2, memory: 4 }],
    ["Standard_B2s", { architecture: "amd64", isBurstable: true, cpus: 2, memory: 4 }],
    ["Standard_DS3_v2", { ...amd64, cpus: 4, memory: 14 }],
    ["Standard_DS14-4_v2", { ...amd64, cpus: 4, memory: 112 }],
  ])("%s, the table of older sizes gives them", (size, machine) => {
    expect(machineSize(size)).toEqual(machine);
  });

  test("of an unknown series, only the vCPUs are known", () => {
    expect(machineSize("Standard_NC6s_v3")).toEqual({ ...amd64, cpus: 6 });
    expect(machineSize("Standard_M64-16ms")).toEqual({ ...amd64, cpus: 16 });
  });

  test("of an old family whose number is not a vCPU count, nothing is known", () => {
    expect(machineSize("Standard_G5")).toEqual(amd64);
  });

  test.each(["", "Standard_D2s_v5 ", "D2s_v5", "Standard_Ds_v5"])("%j, which is invalid, nothing is known", (text) => {
    expect(machineSize(text)).toBeUndefined();
  });
});

describe("the size of nodes", () => {
  test.each(["Standard_D2s_v5", "Standard_E8-4s_v5", "Standard_NC8ads_A10_v4", "Standard_G5", "Standard_A2_v2"])(
    "can be %s",
    (size) => {
      expect(nodeSizeProblem(size)).toBeUndefined();
    },
  );

  test.each([
    ["Standard_E4", `"Standard_E4" has no version, and the series has several: use e.g. "Standard_E4_v5"; ${list}`],
    ["Standard_D2s", `"Standard_D2s" has no version, and the series has several: use e.g. "Standard_D2s_v5"; ${list}`],
    [
      "Standard_D3s_v5",
      `"Standard_D3s_v5" does not exist: no size of that series has 3 vCPUs; use e.g. "Standard_D4s_v5"; ${list}`,
    ],
    [
      "Standard_D500s_v5",
      `"Standard_D500s_v5" does not exist: no size of that series has 500 vCPUs; use e.g. "Standard_D2s_v5"; ${list}`,
    ],
    [
      "Standard_A1_v2",
      `"Standard_A1_v2" has 1 vCPU and 2 GiB, and AKS allows no node with fewer than 2 vCPUs or 2 GiB: use e.g. "Standard_D2s_v5"`,
    ],
    [
      "Standard_B2ts_v2",
      `"Standard_B2ts_v2" has 2 vCPUs and 1 GiB, and AKS allows no node with fewer than 2 vCPUs or 2 GiB: use e.g. "Standard_D2s_v5"`,
    ],
    [
      "Standard_M8-1ms",
      `"Standard_M8-1ms" has 1 vCPU, and AKS allows no node with fewer than 2 vCPUs or 2 GiB: use e.g. "Standard_D2s_v5"`,
    ],
    ["d2S_V5", `"d2S_V5" is not a virtual machine size: did you mean "Standard_D2s_v5"? Otherwise ${list}`],
    [
      "Standard_D2sv5",
      `"Standard_D2sv5" is not a virtual machine size: did you mean "Standard_D2s_v5"? Otherwise ${list}`,
    ],
    [
      "Standard_Dsv5",
      `"Standard_Dsv5" is a series and not a size: add the number of vCPUs, e.g. "Standard_D2s_v5"; ${list}`,
    ],
    [
      "Standard_Das_v5",
      `"Standard_Das_v5" is a series and not a size: add the number of vCPUs, e.g. "Standard_D2as_v5"; ${list}`,
    ],
    ["Standard_B", `"Standard_B" is a series and not a size: add the number of vCPUs, e.g. "Standard_B2"; ${list}`],
    ["large", `"large" is not a virtual machine size: use e.g. "Standard_D2s_v5"; ${list}`],
    [
      "Standard_B3ms",
      `"Standard_B3ms" does not exist: no size of that series has this number; use e.g. "Standard_B2s_v2"; ${list}`,
    ],
    [
      "Standard_D4s_5",
      `"Standard_D4s_5" is not a virtual machine size: a name ends with its version; use e.g. "Standard_D4s_v5"; ${list}`,
    ],
    [
      "Standard_D4ds_v3",
      `"Standard_D4ds_v3" does not exist: version 3 of the family D has no sizes with "d"; use e.g. "Standard_D4ds_v5"; ${list}`,
    ],
    [
      "Standard_F4s_v3",
      `"Standard_F4s_v3" does not exist: the family F has the versions v2, v6, v7; use e.g. "Standard_F4as_v6"; ${list}`,
    ],
    [
      "Standard_D2s_v12",
      `"Standard_D2s_v12" does not exist: the family D has the versions v2, v3, v4, v5, v6, v7; use e.g. "Standard_D2s_v5"; ${list}`,
    ],
  ])("cannot be %s", (size, message) => {
    expect(nodeSizeProblem(size)).toBe(message);
  });
});

describe("the size of the system pool", () => {
  test.each(["Standard_D2s_v5", "Standard_A2_v2", "Standard_NC8ads_A10_v4", "Standard_D2s_v8"])("can be %s", (size) => {
    expect(systemPoolSizeProblem(size)).toBeUndefined();
  });

  test("cannot be one that does not exist", () => {
    expect(systemPoolSizeProblem("large")).toBe(nodeSizeProblem("large"));
  });

  test("has at least 4 GiB, unlike other pools", () => {
    expect(systemPoolSizeProblem("Standard_B1ms")).toBe(
      `"Standard_B1ms" has 1 vCPU and 2 GiB, and AKS requires at least 2 vCPUs and 4 GiB for the system pool (SystemPoolSkuTooLow): use e.g. "Standard_D2s_v5"`,
    );
  });
});

describe("a warning", () => {
  test("says that the memory of a size is unknown", () => {
    expect(sizeWarning("Standard_NC8ads_A10_v4", false)).toBe(
      `"Standard_NC8ads_A10_v4" is a size that tarmac does not know (table of 2026-11-28), so it cannot say whether the pods fit`,
    );
  });

  test("advises against a burstable system pool, but not against other burstable pools", () => {
    expect(sizeWarning("Standard_B2s", true)).toBe(
      `"Standard_B2s" is burstable: AKS does not support such nodes for the system pool, where a used-up CPU credit slows down the cluster itself; use it for experiments only`,
    );
    expect(sizeWarning("Standard_B2s_v2", false)).toBeUndefined();
    expect(sizeWarning("Standard_D2s_v5", true)).toBeUndefined();
  });
});
