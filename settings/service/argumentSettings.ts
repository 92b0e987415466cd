/** Reads the arguments of a service as its settings, with every check that a stack's settings get. */
import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "@tarmac/components/invalidArguments";
import { settings as declarations } from "../everySetting.ts";
import { readValues, type ValueProblem } from "../readDeclared.ts";
import { combinedProblems } from "../readSettings.ts";
import { settingWarnings } from "../settingWarnings.ts";
import { type Declaration, hiddenSecret } from "@tarmac/validate/settingDeclaration";
import type { NodeServiceArgs } from "./nodeServiceArgs.ts";
import type { InputSettings, ServiceSettings } from "./serviceSettings.ts";

/** The settings whose values may be outputs; of a map, each value. */
const inputs = {
  registryPassword: true,
  environment: true,
  configValues: true,
  secretValues: true,
  configFiles: true,
  secretFiles: true,
} satisfies Record<keyof InputSettings, true>;

const declared: Readonly<Record<string, Declaration>> = declarations;

export interface ArgumentSettings {
  settings: ServiceSettings;
  /** Sentences about values that are allowed but may be unintended. Each starts with the argument's name. */
  warnings: readonly string[];
}

/**
 * @param name name of the component, which is the app's name unless an argument sets another
 * @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument
 */
export function argumentSettings(name: string, args: NodeServiceArgs): ArgumentSettings {
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  const problems: ValueProblem[] = [];
  const values: Record<string, string> = { appName: name };
  for (const [key, value] of given) {
    const { raw, problem } = rawValue(key, value);
    if (problem === undefined) values[key] = raw;
    else problems.push({ key, problem });
  }
  const isEncrypted = (key: string) => declared[key]?.secret === true;
  const read = readValues(declarations, { values, isEncrypted }, problems.length === 0 ? combinedProblems : () => []);
  throwIfAny([...problems, ...read.problems].map(({ key, problem }) => [key, problem]));
  const outputs = given.filter(([key]) => Object.hasOwn(inputs, key));
  const settings = { ...read.values, ...(Object.fromEntries(outputs) as Partial<InputSettings>) };
  return { settings, warnings: settingWarnings(read.values) };
}

/** Returns a value as the configuration of a stack would store it, or the problem with it. */
function rawValue(key: string, value: unknown): { raw: string; problem?: string } {
  const { type, secret } = declared[key] ?? { type: "object" };
  const mayBeOutput = Object.hasOwn(inputs, key);
  if (pulumi.Output.isInstance(value))
    return mayBeOutput && type === "string"
      ? { raw: secret ? hiddenSecret : "" }
      : { raw: "", problem: unknownProblem("the value") };
  if (type === "string" && typeof value !== "string")
    return { raw: "", problem: `${JSON.stringify(value)} is not a string: put it in quotes` };
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return { raw: String(value) };
  let unknown: string | undefined;
  const raw = JSON.stringify(value, function (this: Record<string, unknown>, part: string) {
    // JSON.stringify passes on what an output's own toJSON says, so this looks at the output itself.
    const original = this[part];
    if (!pulumi.Output.isInstance(original)) return original;
    // No check refuses an empty text.
    if (mayBeOutput && this === value) return "";
    unknown = part;
    return undefined;
  });
  return unknown === undefined ? { raw } : { raw: "", problem: unknownProblem(`the value of "${unknown}"`) };
}

const unknownProblem = (what: string) =>
  `${what} is an output of a resource, but decides what is created, and so must be known before that: use a plain value, or one of the configuration`;
