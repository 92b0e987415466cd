/** What a table of cases for the settings of one area looks like, and the texts that several tables share. */
import type { Settings } from "../../../settings/everySetting.ts";

export interface SettingCases {
  /** Key, the text as the configuration holds it, and the value that it is read as. */
  accepted: [keyof Settings, string, unknown][];
  /** Key, text, and what is said of it after the key, one message for each bad entry. */
  refused: [keyof Settings, string, ...string[]][];
  /** What a setting makes sense with, where it makes none alone: settings that are fine together. */
  beside?: Partial<Record<keyof Settings, Partial<Record<keyof Settings, string>>>>;
  /** What it is about, settings that are fine one by one, and every line that is said of them together. */
  together: [string, Partial<Record<keyof Settings, string>>, string[]][];
}

/** The object id of somebody. */
export const guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
/** What memory is to look like, as every message about it says. */
export const memory = 'use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"';
export const list = 'is not a list of strings: use YAML in the stack file, or JSON, e.g. ["a","b"]';
export const map = 'is not a map: use YAML in the stack file, or JSON, e.g. {"key":"value"}';
