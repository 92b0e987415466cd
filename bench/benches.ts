/** Every benchmark, by the name it is run by. */
import { delays } from "./delays.ts";
import { idle } from "./idle.ts";
import { image } from "./image.ts";
import type { Bench } from "./measure/bench.ts";
import { preview } from "./preview.ts";
import { rollout } from "./rollout.ts";
import { start } from "./start.ts";
import { update } from "./update.ts";

export const benches = { start, idle, preview, update, delays, image, rollout } satisfies Record<string, Bench>;
