/** Every setting of a stack. Each is declared once, in the file of its area in this folder. */
import { appIdentitySettings } from "./appIdentitySettings.ts";
import { attestationSettings } from "./attestationSettings.ts";
import { clusterSettings } from "./clusterSettings.ts";
import { exposureSettings } from "./exposureSettings.ts";
import { generalSettings } from "./generalSettings.ts";
import { imageSettings } from "./imageSettings.ts";
import { keyVaultSettings } from "./keyVaultSettings.ts";
import { ownKeyVaultSettings } from "./ownKeyVaultSettings.ts";
import { monitoringSettings } from "./monitoringSettings.ts";
import { networkSettings } from "./networkSettings.ts";
import { placementSettings } from "./placementSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";
import { registrySettings } from "./registrySettings.ts";
import { valueSettings } from "./valueSettings.ts";
import { workloadSettings } from "./workloadSettings.ts";

/** Every setting, by area. Pulumi.yaml and docs/settings.md have the same order. */
export const areas = {
  general: generalSettings,
  registry: registrySettings,
  network: networkSettings,
  cluster: clusterSettings,
  monitoring: monitoringSettings,
  image: imageSettings,
  attestation: attestationSettings,
  workload: workloadSettings,
  values: valueSettings,
  identity: appIdentitySettings,
  keyVault: { ...keyVaultSettings, ...ownKeyVaultSettings },
  placement: placementSettings,
  exposure: exposureSettings,
};

/** Every setting, by its key. */
export const settings = {
  ...areas.general,
  ...areas.registry,
  ...areas.network,
  ...areas.cluster,
  ...areas.monitoring,
  ...areas.image,
  ...areas.attestation,
  ...areas.workload,
  ...areas.values,
  ...areas.identity,
  ...areas.keyVault,
  ...areas.placement,
  ...areas.exposure,
};

/** The complete, validated settings of a stack. */
export type Settings = ValuesOf<typeof settings>;
