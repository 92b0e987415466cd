/** Every check, in the order in which they are shown: what the image is, how it starts, serves and ends. */
import type { Check } from "../verdict.ts";
import { entrypoint } from "./entrypoint.ts";
import { files, healthcheck, tools } from "./files.ts";
import { base, platform, tag } from "./origin.ts";
import { secrets } from "./secrets.ts";
import { health, load, memory, port, writes } from "./serve.ts";
import { size } from "./size.ts";
import { start } from "./start.ts";
import { drain, exit } from "./stop.ts";
import { user } from "./user.ts";

export const checks: readonly Check[] = [
  platform,
  tag,
  base,
  size,
  user,
  entrypoint,
  files,
  secrets,
  tools,
  healthcheck,
  start,
  port,
  health,
  writes,
  memory,
  load,
  drain,
  exit,
];
