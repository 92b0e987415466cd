/** Every setting of a stack. Each is declared once, in this folder, in the file of the area that it belongs to. */
import { clusterSettings } from "./cluster.ts";
import { exposureSettings } from "./exposure.ts";
import { generalSettings } from "./general.ts";
import { imageSettings } from "./image.ts";
import { networkSettings } from "./network.ts";
import { placementSettings } from "./placement.ts";
import type { ValuesOf } from "./read.ts";
import { registrySettings } from "./registry.ts";
import { valueSettings } from "./values.ts";
import { workloadSettings } from "./workload.ts";

/** Every setting, by area. The order is that of Pulumi.yaml and of docs/settings.md. */
export const areas = {
  general: generalSettings,
  registry: registrySettings,
  network: networkSettings,
  cluster: clusterSettings,
  image: imageSettings,
  workload: workloadSettings,
  values: valueSettings,
  placement: placementSettings,
  exposure: exposureSettings,
};

/** Every setting, by its key. */
export const settings = {
  ...areas.general,
  ...areas.registry,
  ...areas.network,
  ...areas.cluster,
  ...areas.image,
  ...areas.workload,
  ...areas.values,
  ...areas.placement,
  ...areas.exposure,
};

/** The settings of a stack, complete and checked. */
export type Settings = ValuesOf<typeof settings>;
