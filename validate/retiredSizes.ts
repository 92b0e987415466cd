/**
 * Series of virtual machines that Azure has retired or will retire. Machines of a retired size can neither be created
 * nor started.
 * https://learn.microsoft.com/azure/virtual-machines/sizes/retirement/retired-sizes-list, read 2026-11-28, with the rows of earlier
 * versions of the page
 */
interface Retirement {
  series: string;
  sizes: RegExp;
  /** First day after the retirement. */
  from: string;
  /** A size that replaces it. */
  instead: string;
  /** Azure already refuses new clusters with this announced series. */
  isRefusedBefore?: true;
}

const general = "Standard_D2s_v5";
const graphics = "Standard_NV6ads_A10_v5";
const computing = "Standard_NC8ads_A10_v4";
const firstOf2028 = "2028-05-01";
const secondOf2028 = "2028-11-15";

const retirements: readonly Retirement[] = [
  { series: "A (first generation)", sizes: /^Standard_A\d+$/, from: "2024-08-31", instead: general },
  { series: "DC (first generation)", sizes: /^Standard_DC\d+s$/, from: "2023-06-30", instead: "Standard_DC2as_v5" },
  { series: "H", sizes: /^Standard_H(8|16)m?r?$|^Standard_H16mr$/, from: "2022-09-28", instead: "Standard_HB120rs_v3" },
  {
    series: "HB (first generation)",
    sizes: /^Standard_HB60(-\d+)?rs$/,
    from: "2024-08-31",
    instead: "Standard_HB120rs_v3",
  },
  { series: "NC", sizes: /^Standard_NC(6|12|24r?)$/, from: "2023-09-06", instead: computing },
  {
    series: "NCv2",
    sizes: /^Standard_NC(6|12|24r?)s_v2$|^Standard_NC24rs_v2$/,
    from: "2023-09-06",
    instead: computing,
  },
  { series: "NCv3", sizes: /^Standard_NC(6|12|24r?)s_v3$/, from: "2025-09-30", instead: computing },
  { series: "ND", sizes: /^Standard_ND(6|12|24r?)s$/, from: "2023-09-06", instead: computing },
  { series: "NV", sizes: /^Standard_NV(6|12|24)$/, from: "2023-09-06", instead: graphics },
  { series: "NVv2", sizes: /^Standard_NV(6|12|24)s_v2$/, from: "2023-09-06", instead: graphics },
  { series: "NVv3", sizes: /^Standard_NV(12|24|48)s_v3$/, from: "2026-09-30", instead: graphics },
  { series: "NVv4", sizes: /^Standard_NV(4|8|16|32)as_v4$/, from: "2026-09-30", instead: graphics },
  { series: "M192i", sizes: /^Standard_M192i(dm|d|m)?s_v2$/, from: "2027-03-31", instead: "Standard_M176s_3_v3" },
  {
    ...{ series: "D and DS (first generation)", sizes: /^Standard_DS?\d+$/, from: firstOf2028, instead: general },
    isRefusedBefore: true,
  },
  { series: "Dv2 and DSv2", sizes: /^Standard_DS?\d+(-\d+)?_v2(_Promo)?$/, from: firstOf2028, instead: general },
  { series: "Ls", sizes: /^Standard_L\d+s$/, from: firstOf2028, instead: "Standard_L8s_v3" },
  { series: "Av2", sizes: /^Standard_A\d+m?_v2$/, from: secondOf2028, instead: general },
  { series: "B (first generation)", sizes: /^Standard_B\d+(s|ms|ls)$/, from: secondOf2028, instead: "Standard_B2s_v2" },
  { series: "F, Fs and Fsv2", sizes: /^Standard_F\d+(s|s_v2)?$/, from: secondOf2028, instead: "Standard_F2as_v6" },
  { series: "G and GS", sizes: /^Standard_GS?\d(-\d+)?$/, from: secondOf2028, instead: "Standard_E16s_v5" },
  { series: "Lsv2", sizes: /^Standard_L\d+s_v2$/, from: secondOf2028, instead: "Standard_L8s_v3" },
];

const retirementOf = (size: string) => retirements.find(({ sizes }) => sizes.test(size));
const isPast = ({ from }: Retirement, now: Date) => Date.parse(from) <= now.getTime();

/** Returns the problem with a retired size, or `undefined`. */
export function retiredSizeProblem(size: string, now = new Date()): string | undefined {
  const found = retirementOf(size);
  if (found === undefined) return undefined;
  const instead = `use a current size, e.g. "${found.instead}"`;
  if (isPast(found, now))
    return `"${size}" is of the series ${found.series}, which Azure retired on ${found.from}: ${instead}`;
  return found.isRefusedBefore
    ? `"${size}" is of the series ${found.series}, which Azure restricts in new subscriptions and retires on ${found.from}: ${instead}`
    : undefined;
}

/** Returns a warning about a size that Azure will retire, or `undefined`. */
export function retiringSizeWarning(size: string, now = new Date()): string | undefined {
  const found = retirementOf(size);
  if (found === undefined || isPast(found, now)) return undefined;
  return `"${size}" is of the series ${found.series}, which Azure retires on ${found.from} and restricts in new subscriptions: use a current size for a new cluster, e.g. "${found.instead}"`;
}
