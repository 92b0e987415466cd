/**
 * Reads Azure's virtual machine sizes: number of vCPUs, memory and processor of a node, from the grammar of the names
 * and a table of series.
 * https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions and .../azure/virtual-machines/sizes, read 2026-11-28
 */

import { retiredSizeProblem, retiringSizeWarning } from "./retiredSizes.ts";

export type Architecture = "amd64" | "arm64";

export interface MachineSize {
  /** `undefined` if neither the name nor the table tells. */
  cpus?: number;
  /** GiB. */
  memory?: number;
  architecture: Architecture;
  /** Whether the size is burstable: it accumulates unused CPU and otherwise gets only a fraction of a CPU. */
  isBurstable: boolean;
}

/** Standard_, family, number, `-` and the remaining vCPUs, features, `_` accelerator or version. */
const grammar = /^Standard_([A-Z]+)(\d+)(?:-(\d+))?([a-z]*)((?:_[A-Za-z0-9]+)*)$/;

/** Families from version `from` on, whose number is the vCPU count. */
interface Series {
  family: string;
  from: number;
  /** GiB per vCPU. Features change it: `l` (low), `m` (much). */
  perCpu: number;
  low?: number;
  much?: number;
  /** The numbers that exist in any series of the family. */
  numbers: readonly number[];
}

const evenNumbers = [2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192];
const series: readonly Series[] = [
  { family: "D", from: 3, perCpu: 4, low: 2, numbers: evenNumbers },
  { family: "E", from: 3, perCpu: 8, numbers: [...evenNumbers, 20, 80, 104, 112] },
  { family: "F", from: 6, perCpu: 4, low: 2, much: 8, numbers: evenNumbers },
  { family: "F", from: 2, perCpu: 2, numbers: [...evenNumbers, 72] },
  { family: "L", from: 2, perCpu: 8, low: 4, numbers: [...evenNumbers, 80] },
  { family: "B", from: 2, perCpu: 4, low: 2, numbers: evenNumbers },
  { family: "DC", from: 5, perCpu: 4, numbers: evenNumbers },
  { family: "EC", from: 5, perCpu: 8, numbers: [...evenNumbers, 20] },
];

/** vCPUs and GiB of older sizes, whose numbers say little. */
const olderSizes: Readonly<Record<string, readonly [cpus: number, memory: number]>> = {
  ...{ A0: [1, 0.75], A1: [1, 1.75], A2: [2, 3.5], A3: [4, 7], A4: [8, 14], A5: [2, 14], A6: [4, 28], A7: [8, 56] },
  ...{ A1_v2: [1, 2], A2_v2: [2, 4], A4_v2: [4, 8], A8_v2: [8, 16], A2m_v2: [2, 16], A4m_v2: [4, 32], A8m_v2: [8, 64] },
  ...{ B1ls: [1, 0.5], B1s: [1, 1], B1ms: [1, 2], B2s: [2, 4], B2ms: [2, 8], B4ms: [4, 16], B8ms: [8, 32] },
  ...{ B12ms: [12, 48], B16ms: [16, 64], B20ms: [20, 80] },
  ...{ D1: [1, 3.5], D2: [2, 7], D3: [4, 14], D4: [8, 28], D11: [2, 14], D12: [4, 28], D13: [8, 56], D14: [16, 112] },
  ...{ D1_v2: [1, 3.5], D2_v2: [2, 7], D3_v2: [4, 14], D4_v2: [8, 28], D5_v2: [16, 56], D11_v2: [2, 14] },
  ...{ D12_v2: [4, 28], D13_v2: [8, 56], D14_v2: [16, 112], D15_v2: [20, 140] },
  ...{ F1: [1, 2], F2: [2, 4], F4: [4, 8], F8: [8, 16], F16: [16, 32] },
  ...{ F1s: [1, 2], F2s: [2, 4], F4s: [4, 8], F8s: [8, 16], F16s: [16, 32] },
};

/** Normalizes variants of an older size: an S for premium storage, and a "_Promo" suffix of formerly cheaper sizes. */
const olderSize = (family: string, number: string, features: string, suffix: string) =>
  olderSizes[`${family.replace(/^DS$/, "D")}${number}${features}${suffix.replace(/_Promo$/, "")}`];

/** Returns the known facts about a size; `undefined` for a string that is not a size. */
export function machineSize(size: string): MachineSize | undefined {
  const [, family = "", number, constrained, features = "", suffix = ""] = grammar.exec(size) ?? [];
  if (number === undefined) return undefined;
  const known = {
    architecture: /^(B|D|E|DC|EC)$/.test(family) && features.includes("p") ? ("arm64" as const) : ("amd64" as const),
    isBurstable: family === "B",
  };
  const older = olderSize(family, number, features, suffix);
  if (older !== undefined) {
    const [cpus, memory] = older;
    return { ...known, cpus: constrained === undefined ? cpus : Number(constrained), memory };
  }
  const row = seriesOf(family, suffix);
  const cpus = constrained ?? (row === undefined && /^(A|D|DS|F|G|GS)$/.test(family) ? undefined : number);
  return {
    ...known,
    ...(cpus !== undefined && { cpus: Number(cpus) }),
    ...(row !== undefined && { memory: memoryOf(row, Number(number), features) }),
  };
}

function seriesOf(family: string, suffix: string): Series | undefined {
  const version = Number(/_v(\d+)$/.exec(suffix)?.[1] ?? 1);
  return series.find((row) => row.family === family && version >= row.from);
}

function memoryOf({ family, perCpu, low = perCpu, much = perCpu }: Series, number: number, features: string): number {
  // "t" (tiny) is the smallest of the B series: always 1 GiB.
  if (family === "B" && features.includes("t")) return 1;
  return number * (features.includes("l") ? low : features.includes("m") ? much : perCpu);
}

const list = "list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table";

/** Minimum node size. https://learn.microsoft.com/azure/aks/quotas-skus-regions#restricted-vm-sizes-in-aks */
interface Least {
  /** GiB. */
  memory: number;
  says: string;
}
const ofNode: Least = { memory: 2, says: "AKS allows no node with fewer than 2 vCPUs or 2 GiB" };
const ofSystemPool: Least = {
  memory: 4,
  says: "AKS requires at least 2 vCPUs and 4 GiB for the system pool (SystemPoolSkuTooLow)",
};

function tooSmallProblem(size: string, least: Least): string | undefined {
  const machine = machineSize(size);
  // If the vCPUs of a size are unknown, its memory is too.
  if (machine?.cpus === undefined || (machine.cpus >= 2 && (machine.memory ?? least.memory) >= least.memory))
    return undefined;
  return `"${size}" has ${amounts(machine.cpus, machine.memory)}, and ${least.says}: use e.g. "Standard_D2s_v5"`;
}

/** Returns the problem with the virtual machine size of nodes, or `undefined`. */
export const nodeSizeProblem = (size: string): string | undefined => sizeProblem(size, ofNode);

/** Returns the problem with the size of system pool nodes, or `undefined`. */
export const systemPoolSizeProblem = (size: string): string | undefined => sizeProblem(size, ofSystemPool);

function sizeProblem(size: string, least: Least): string | undefined {
  const [, family = "", number, , features = "", suffix = ""] = grammar.exec(size) ?? [];
  if (number === undefined) return notASize(size);
  const retired = retiredSizeProblem(size);
  if (retired !== undefined) return retired;
  const older = olderSize(family, number, features, suffix);
  const wrongVersion = older === undefined ? versionProblem(size, family, features, suffix) : undefined;
  if (wrongVersion !== undefined) return wrongVersion;
  if (suffix === "" && (family === "E" || (family === "D" && features !== "")))
    return `"${size}" has no version, and the series has several: use e.g. "${size}_v5"; ${list}`;
  const row = older === undefined ? seriesOf(family, suffix) : undefined;
  if (older === undefined && row === undefined && /^(A|B|D|DS|F)$/.test(family))
    return `"${size}" does not exist: no size of that series has this number; use e.g. "${examples[family] ?? "Standard_D4s_v5"}"; ${list}`;
  if (row !== undefined && !row.numbers.includes(Number(number))) {
    const least = row.numbers.filter((one) => one > Number(number)).sort((a, b) => a - b)[0] ?? row.numbers[0];
    return `"${size}" does not exist: no size of that series has ${number} vCPUs; use e.g. "Standard_${family}${least}${features}${suffix}"; ${list}`;
  }
  return tooSmallProblem(size, least);
}

/** Feature letters of each version of a family, in any of its series. Later versions may have others. */
const versions: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  B: { 2: "alpst" },
  D: { 2: "", 3: "s", 4: "ads", 5: "adlps", 6: "adlnps", 7: "adlnps" },
  E: { 3: "is", 4: "adis", 5: "abdips", 6: "abdinps", 7: "abdinps" },
  F: { 2: "s", 6: "alms", 7: "adlms" },
  L: { 2: "s", 3: "as", 4: "as" },
};

/** An example size of each family. */
const examples: Readonly<Record<string, string>> = {
  ...{ B: "Standard_B2s_v2", D: "Standard_D4s_v5", E: "Standard_E4s_v5", F: "Standard_F4as_v6", L: "Standard_L8s_v3" },
};

/**
 * Returns the problem with a version that the family does not have, or a feature that the version does not have, or
 * `undefined`.
 */
function versionProblem(size: string, family: string, features: string, suffix: string): string | undefined {
  const last = suffix.split("_").at(-1) ?? "";
  const [, digits] = /^v(\d+)$/.exec(last) ?? [];
  if (suffix !== "" && digits === undefined && last !== "Promo")
    return `"${size}" is not a virtual machine size: a name ends with its version; use e.g. "Standard_D4s_v5"; ${list}`;
  const known = versions[family];
  if (known === undefined || digits === undefined || suffix !== `_${last}`) return undefined;
  const version = Number(digits);
  const all = Object.keys(known).map(Number);
  const newest = Math.max(...all);
  // The next version may be newer than this table.
  if (version === newest + 1) return undefined;
  const current = size.replace(/_v\d+$/, "_v5");
  const better = known[5] !== undefined && lacks(known[5], features) === undefined ? current : examples[family];
  const letters = known[version];
  if (letters === undefined)
    return `"${size}" does not exist: the family ${family} has the versions ${all.map((one) => `v${one}`).join(", ")}; use e.g. "${better}"; ${list}`;
  const missing = lacks(letters, features);
  return missing === undefined
    ? undefined
    : `"${size}" does not exist: version ${version} of the family ${family} has no sizes with "${missing}"; use e.g. "${better}"; ${list}`;
}

/** Returns the first feature letter that is not in the list, or `undefined`. */
const lacks = (letters = "", features: string) => [...features].find((letter) => !letters.includes(letter));

const seriesName = /^Standard_([A-Z]+)([a-z]*)((?:_?v\d+)?)$/;

function notASize(size: string): string {
  const meant = /^(?:standard_)?([a-z]+)(\d+)([a-z]*?)_?v(\d+)$/i.exec(size);
  const [, family = "", number = "", features = "", version = ""] = meant ?? [];
  const better = `Standard_${family.toUpperCase()}${number}${features.toLowerCase()}_v${version}`;
  if (meant !== null && better !== size)
    return `"${size}" is not a virtual machine size: did you mean "${better}"? Otherwise ${list}`;
  if (seriesName.test(size)) {
    const example = size.replace(
      seriesName,
      (_, letters: string, features: string, end: string) =>
        `Standard_${letters}2${features.replace(/v$/, "")}${end.replace(/^_?v/, "_v")}`,
    );
    return `"${size}" is a series and not a size: add the number of vCPUs, e.g. "${example}"; ${list}`;
  }
  return `"${size}" is not a virtual machine size: use e.g. "Standard_D2s_v5"; ${list}`;
}

const amounts = (cpus: number, memory: number | undefined) =>
  `${cpus} vCPU${cpus === 1 ? "" : "s"}${memory === undefined ? "" : ` and ${memory} GiB`}`;

/** Returns a warning about an unknown, burstable or retiring size, or `undefined`. */
export function sizeWarning(size: string, isSystemPool: boolean): string | undefined {
  const machine = machineSize(size);
  if (machine?.memory === undefined)
    return `"${size}" is a size that tarmac does not know (table of 2026-11-28), so it cannot say whether the pods fit`;
  if (isSystemPool && machine.isBurstable)
    return `"${size}" is burstable: AKS does not support such nodes for the system pool, where a used-up CPU credit slows down the cluster itself; use it for experiments only`;
  return retiringSizeWarning(size);
}
