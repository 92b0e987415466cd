/** Broken workloads that commands of the doctor fix. The test runs the commands as printed. */
import { configFixCases } from "./configFixCases.ts";
import type { FixCase } from "./brokenWorkload.ts";
import { placeFixCases } from "./placeFixCases.ts";
import { pullFixCases } from "./pullFixCases.ts";
import { readyFixCases } from "./readyFixCases.ts";
import { runFixCases } from "./runFixCases.ts";

/** Slow ones first, so that the others run beside them. */
export const fixCases: readonly FixCase[] = [
  ...runFixCases,
  ...readyFixCases,
  ...pullFixCases,
  ...configFixCases,
  ...placeFixCases,
];
