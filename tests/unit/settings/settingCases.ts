/** The form of a table of cases for the settings of one area, and texts that several tables share. */
import type { Settings } from "../../../settings/everySetting.ts";

export interface SettingCases {
  /** Key, the text in the configuration, and the value that the program reads from it. */
  accepted: [keyof Settings, string, unknown][];
  /** Key, text, and the messages after the key, one for each invalid entry. */
  refused: [keyof Settings, string, ...string[]][];
  /** Settings that another setting requires, so that both are valid together. */
  beside?: Partial<Record<keyof Settings, Partial<Record<keyof Settings, string>>>>;
  /** Title, settings that are valid alone, and all messages about them together. */
  together: [string, Partial<Record<keyof Settings, string>>, string[]][];
}

/** An object id. */
export const guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
/** The allowed form of memory in all messages. */
export const memory = 'use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"';
export const list = 'is not a list of strings: use YAML in the stack file, or JSON, e.g. ["a","b"]';
export const map = 'is not a map: use YAML in the stack file, or JSON, e.g. {"key":"value"}';
