/**
 * Sizes of virtual machines that the simulated regions offer, with the families that vCPU quota is counted in.
 * Names, families and vCPUs: https://learn.microsoft.com/azure/virtual-machines/sizes/overview
 */
export interface VmSize {
  name: string;
  /** As `Microsoft.Compute/skus` names it. The list of usages may write it in another case. */
  family: string;
  vcpus: number;
  memoryGB: number;
}

type Series = readonly [letter: string, rest: string, family: string, memoryPerVcpu: number, vcpus: readonly number[]];

const usual = [2, 4, 8, 16, 32, 64];

const series: readonly Series[] = [
  ["B", "s_v2", "standardBsv2Family", 4, [2, 4, 8, 16, 32]],
  ["B", "as_v2", "standardBasv2Family", 4, [2, 4, 8, 16, 32]],
  ["B", "ms", "standardBSFamily", 4, [2, 4, 8, 12, 16]],
  ["D", "s_v3", "standardDSv3Family", 4, usual],
  ["D", "s_v4", "standardDSv4Family", 4, usual],
  ["D", "s_v5", "standardDSv5Family", 4, usual],
  ["D", "ds_v4", "standardDDSv4Family", 4, usual],
  ["D", "ds_v5", "standardDDSv5Family", 4, usual],
  ["D", "as_v5", "standardDASv5Family", 4, usual],
  ["D", "ads_v5", "standardDADSv5Family", 4, usual],
  ["D", "ps_v5", "standardDPSv5Family", 4, usual],
  ["D", "pds_v5", "standardDPDSv5Family", 4, usual],
  ["D", "s_v6", "StandardDsv6Family", 4, usual],
  ["D", "ds_v6", "StandardDdsv6Family", 4, usual],
  ["D", "as_v6", "StandardDasv6Family", 4, usual],
  ["D", "ads_v6", "StandardDadsv6Family", 4, usual],
  ["D", "ps_v6", "StandardDpsv6Family", 4, usual],
  ["D", "pds_v6", "StandardDpdsv6Family", 4, usual],
  ["D", "as_v7", "StandardDasv7Family", 4, usual],
  ["D", "ads_v7", "StandardDadsv7Family", 4, usual],
  ["E", "s_v5", "standardESv5Family", 8, usual],
  ["E", "ds_v5", "standardEDSv5Family", 8, usual],
  ["E", "as_v5", "standardEASv5Family", 8, usual],
  ["E", "ads_v5", "standardEADSv5Family", 8, usual],
  ["F", "s_v2", "standardFSv2Family", 2, usual],
  ["NC", "ads_A100_v4", "StandardNCADSA100v4Family", 9, [24, 48, 96]],
];

export const vmSizes: readonly VmSize[] = [
  // The older B series has more memory with the same number of vCPUs in "ms" sizes.
  { name: "Standard_B2s", family: "standardBSFamily", vcpus: 2, memoryGB: 4 },
  ...series.flatMap(([letter, rest, family, perVcpu, sizes]) =>
    sizes.map((vcpus) => ({
      name: `Standard_${letter}${vcpus}${rest}`,
      family,
      vcpus,
      memoryGB: vcpus * perVcpu,
    })),
  ),
];

export const vmSize = (name: string): VmSize | undefined =>
  vmSizes.find((size) => size.name.toLowerCase() === name.toLowerCase());

/** Every family, once. */
export const vmFamilies: readonly string[] = [...new Set(vmSizes.map(({ family }) => family))];

/** Regions without availability zones. https://learn.microsoft.com/azure/reliability/regions-list */
const withoutZones = ["ukwest", "northcentralus", "westus"];

/** The zones of a region, as every subscription counts them. */
export const zonesOf = (location: string): readonly string[] =>
  withoutZones.includes(location) ? [] : ["1", "2", "3"];
