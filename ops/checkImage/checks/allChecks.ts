/** All checks in display order: the image, its start, serving, and stop. */
import type { Check } from "../verdict.ts";
import { entrypoint } from "./entrypointCheck.ts";
import { files, healthcheck, tools } from "./fileCheck.ts";
import { options } from "./optionsCheck.ts";
import { base, baseAge, platform, tag } from "./originCheck.ts";
import { certificates, onbuild, packages } from "./packageCheck.ts";
import { processes } from "./processCheck.ts";
import { secrets } from "./secretCheck.ts";
import { health, load, memory, port, probes, writes } from "./serveCheck.ts";
import { size } from "./sizeCheck.ts";
import { start } from "./startCheck.ts";
import { drain, exit } from "./stopCheck.ts";
import { user } from "./userCheck.ts";

export const checks: readonly Check[] = [
  platform,
  tag,
  base,
  baseAge,
  size,
  user,
  entrypoint,
  options,
  files,
  secrets,
  tools,
  healthcheck,
  packages,
  certificates,
  onbuild,
  start,
  port,
  health,
  writes,
  memory,
  load,
  probes,
  processes,
  drain,
  exit,
];
