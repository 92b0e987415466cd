/** Every benchmark by its name on the command line. */
import { delays } from "./delaysBench.ts";
import { idle } from "./idleBench.ts";
import { image } from "./imageBench.ts";
import type { Bench } from "./measure/bench.ts";
import { preview } from "./previewBench.ts";
import { rollout } from "./rolloutBench.ts";
import { start } from "./startBench.ts";
import { update } from "./updateBench.ts";
import { watch } from "./watchBench.ts";

export const benches = { start, idle, preview, update, delays, image, rollout, watch } satisfies Record<string, Bench>;
