/** What the adapter knows about one resource type: how its inputs, the body of a request to Resource Manager, and its outputs relate. */
import { reveal } from "../../rpc/wireValues.ts";
import type { Properties } from "../../rpc/wireValues.ts";
import { readSdkClass } from "./sdkClass.ts";

/** The rule for a name in Azure's API description of the type. Checked before anything is sent. */
export interface NameRule {
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
}

/** What has to be written down for a type, because the SDK's class does not say it. */
interface Description {
  /** Pulumi's token, such as `azure-native:resources:ResourceGroup`. */
  token: string;
  /** The path below the endpoint. Each `{name}` is an input; `{subscriptionId}` comes from the configuration. */
  path: string;
  /** For a token with a version of its own: that version, and the inputs (which are outputs too) that it adds to the SDK's class. */
  laterVersion?: { apiVersion: string; inputs: string[] };
  /** The program sets the version of each resource itself, in the input `apiVersion`. */
  versionIsInput?: boolean;
  /**
   * The last name in the path if the program does not set it: `random` (the resource's name and eight hexadecimal
   * digits), `copy` (the resource's name, for types that are unique below a parent anyway), `uuid`.
   */
  autoName: "random" | "copy" | "uuid";
  names?: Record<string, NameRule>;
  /** Required inputs, as property paths (`agentPoolProfiles[].name`). Those in the path are always required. */
  required?: string[];
  /** Inputs and outputs at the top of the body; the others are below `properties`. Default: `usualTopLevel`. */
  topLevel?: readonly string[];
  /** Members of inputs that only the service sets. A refresh does not count them as drift. */
  nestedReadOnly?: string[];
  /**
   * Property paths whose change the official plugin makes by a replacement; names in the path always cause one. The official list
   * is `forceNewMap` in pulumi-azure-native's provider/pkg/gen/replacement.go, plus the properties that Microsoft's API descriptions
   * mark as settable only at creation.
   */
  replaceOnChange?: string[];
  /** Lists of ids in the inputs that are objects with these ids as keys in the body and in the outputs. */
  idSets?: string[];
  /** Objects whose members are below a `properties` of their own in the body, except for the names in `keep`. */
  flattened?: { paths: string[]; keep: string[] };
  /** Members with another name in the service: the SDK's property path, and the service's name. */
  renamed?: Record<string, string>;
  /** Exists as soon as its parent does: it is created by updating it. */
  alwaysThere?: boolean;
  /**
   * Not deleted by itself, but together with its parent: the official plugin restores the defaults, or deletes it at a service
   * that is not simulated.
   */
  leftOnDelete?: boolean;
  /** Lists that other resources add to as well. An update keeps the service's items if the inputs do not set the list. */
  sharedLists?: string[];
}

export interface ResourceType extends Description {
  /** The version that the installed SDK's default module is generated from. */
  apiVersion: string;
  /** Inputs at the top of the body, and read-only outputs there in addition to `id`. */
  envelope: { inputs: string[]; readOnly: string[] };
  /** Inputs below `properties` in the body, and read-only outputs there. */
  properties: { inputs: string[]; readOnly: string[] };
  /** Inputs without an output of the same name. */
  inputOnly: string[];
}

/** What Resource Manager defines for all types, and what most services add, at the top of a body. */
export const usualTopLevel: readonly string[] = [
  ...["name", "type", "location", "tags", "identity", "kind", "managedBy", "plan", "sku", "extendedLocation"],
  ...["systemData", "etag", "eTag"],
];

/** A type from its description and the installed SDK's class. */
export function describeType(description: Description): ResourceType {
  const sdk = readSdkClass(description.token);
  const { apiVersion, inputs: added } = description.laterVersion ?? { apiVersion: sdk.apiVersion, inputs: [] };
  const inputs = [...sdk.inputs, ...added];
  const outputs = [...sdk.outputs, ...added];
  // The SDK lets a network's own id be an input; the service takes it from the path.
  const elsewhere = [
    ...pathParameters(description),
    "id",
    ...(description.versionIsInput === true ? ["apiVersion"] : []),
  ];
  const sent = inputs.filter((name) => !elsewhere.includes(name));
  const readOnly = outputs.filter((name) => !sent.includes(name));
  const topLevel = description.topLevel ?? usualTopLevel;
  const split = (top: boolean) => ({
    inputs: sent.filter((name) => topLevel.includes(name) === top),
    readOnly: readOnly.filter((name) => topLevel.includes(name) === top),
  });
  const inputOnly = sent.filter((name) => !outputs.includes(name));
  return { ...description, apiVersion, envelope: split(true), properties: split(false), inputOnly };
}

/** The common start of paths in a resource group. */
export const inResourceGroup = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers";

/** The names in a path template, in order: `["subscriptionId", "resourceGroupName", ...]`. */
export function pathParameters(type: Pick<ResourceType, "path">): string[] {
  return [...type.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

/** The inputs in the resource's id: its own name and its parents'. */
export function nameInputs(type: ResourceType): string[] {
  return pathParameters(type).filter((name) => name !== "subscriptionId");
}

/** The input that names the resource itself: the last one in the path. */
export function ownNameInput(type: ResourceType): string {
  const name = nameInputs(type).at(-1);
  if (name === undefined) {
    throw new TypeError(`${type.token} has no name in its path ${type.path}`);
  }
  return name;
}

/** The inputs that are sent in the body. */
export function bodyInputs(type: ResourceType): string[] {
  return [...type.envelope.inputs, ...type.properties.inputs];
}

/** The type in the api-version that these inputs set, if they can. @throws Error when they must set a version and do not */
export function inVersion(type: ResourceType, inputs: Properties): ResourceType {
  if (type.versionIsInput !== true) return type;
  const apiVersion = reveal(inputs.apiVersion ?? null);
  if (typeof apiVersion !== "string" || apiVersion === "") {
    throw new Error(
      `${type.token}: apiVersion is ${JSON.stringify(apiVersion)}; it must be an api-version of the resource's type`,
    );
  }
  return { ...type, apiVersion };
}

/** Inputs with an output of the same name. */
export function settableNames(type: ResourceType): string[] {
  return bodyInputs(type).filter((name) => !type.inputOnly.includes(name));
}

/** All outputs except `azureApiVersion`, which does not come from the service. */
export function outputNames(type: ResourceType): string[] {
  return ["id", ...settableNames(type), ...type.envelope.readOnly, ...type.properties.readOnly];
}
