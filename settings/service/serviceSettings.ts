/** The settings that a service is composed of. A program may know some values only during an update. */
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../everySetting.ts";
import type { ValueInputs } from "../valueSettings.ts";

/** Settings whose values may be outputs. All others decide what is created, so the program must know them. */
export interface InputSettings extends ValueInputs {
  registryPassword: pulumi.Input<string> | undefined;
}

/** Checked settings. */
export type ServiceSettings = Omit<Settings, keyof InputSettings> & InputSettings;
