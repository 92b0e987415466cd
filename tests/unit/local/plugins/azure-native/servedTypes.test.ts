import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import {
  bodyInputs,
  nameInputs,
  outputNames,
  ownNameInput,
} from "../../../../../local/plugins/azure-native/types/describeType.ts";
import type { ResourceType } from "../../../../../local/plugins/azure-native/types/describeType.ts";
import { resourceType, servedTypes } from "../../../../../local/plugins/azure-native/types/servedTypes.ts";
import { sdkMembers, sdkResource, type Type } from "./sdkTypes.ts";

const byToken = servedTypes.map((type): [string, ResourceType] => [type.token, type]);

/** The SDK has a network's own id as an input; the service takes it from the path. */
const ignoredInputs = new Set(["id"]);

describe.each(byToken)("%s", (token, type) => {
  const sdk = sdkResource(token);

  it("has the version of the SDK's default module, or the one in its token", () => {
    expect(type.apiVersion).toBe(sdk.apiVersion);
  });

  it("has exactly the SDK's inputs", () => {
    const version = type.versionIsInput === true ? ["apiVersion"] : [];
    const known = [...new Set([...nameInputs(type), ...bodyInputs(type), ...version])].sort();
    expect(known).toEqual([...sdk.inputs.keys()].filter((name) => !ignoredInputs.has(name)).sort());
  });

  it("has exactly the SDK's outputs", () => {
    const known = [...new Set(outputNames(type))].filter((name) => name !== "id").sort();
    expect(known).toEqual([...sdk.outputs.keys()].filter((name) => name !== "azureApiVersion").sort());
  });

  it("requires what the SDK requires, and no name if the provider can generate one", () => {
    const required = [...sdk.inputs].filter(([, { optional }]) => !optional).map(([name]) => name);
    const checked = [...nameInputs(type).filter((name) => name !== ownNameInput(type)), ...(type.required ?? [])];
    expect(checked).toEqual(expect.arrayContaining(required));
  });

  it("names only properties that the SDK has, at every depth", () => {
    const paths = [
      ...(type.required ?? []),
      ...(type.replaceOnChange ?? []),
      ...(type.idSets ?? []),
      ...Object.keys(type.renamed ?? {}),
      ...(type.flattened?.paths ?? []),
      ...(type.sharedLists ?? []),
    ];
    expect(paths.filter((path) => !exists("input", path))).toEqual([]);
    expect((type.nestedReadOnly ?? []).filter((path) => !exists("output", path))).toEqual([]);
    expect((type.nestedReadOnly ?? []).filter((path) => exists("input", path))).toEqual([]);
  });

  function exists(kind: "input" | "output", path: string): boolean {
    let members = kind === "input" ? sdk.inputs : sdk.outputs;
    return path
      .replaceAll(/\[\]|\{\}/g, "")
      .split(".")
      .every((key) => {
        const found = members.get(key);
        members = found === undefined ? new Map<string, never>() : sdkMembers(found.type);
        return found !== undefined;
      });
  }
});

describe("what only the service sets", () => {
  it.each(byToken.filter(([token]) => !token.includes(":network:")))("is complete for %s", (token, type) => {
    const sdk = sdkResource(token);
    const missing: string[] = [];
    const compare = (path: string, inputType: Type, outputType: Type, seen: readonly unknown[]) => {
      const inputs = sdkMembers(inputType);
      if (seen.includes(inputs)) return;
      const outputs = sdkMembers(outputType);
      if (inputs.size === 0) return;
      for (const name of outputs.keys()) if (!inputs.has(name)) missing.push(`${path}.${name}`);
      for (const [name, { type: inner }] of inputs) {
        const output = outputs.get(name);
        if (output !== undefined) compare(`${path}.${name}${suffix(inner)}`, inner, output.type, [...seen, inputs]);
      }
    };
    for (const [name, { type: inner }] of sdk.inputs) {
      const output = sdk.outputs.get(name);
      if (output !== undefined) compare(name + suffix(inner), inner, output.type, []);
    }
    expect(missing.sort()).toEqual([...(type.nestedReadOnly ?? [])].sort());
  });

  function suffix({ kind }: Type): string {
    return kind === "map" ? "{}" : kind === "list" ? "[]" : "";
  }
});

describe("below properties or not", () => {
  /** The serializers of Microsoft's clients show what is at the top of a body. */
  it.each([
    ["azure-native:containerservice:ManagedCluster", "arm-containerservice", "managedCluster"],
    ["azure-native:containerservice:AgentPool", "arm-containerservice", "agentPool"],
    ["azure-native:containerservice:MaintenanceConfiguration", "arm-containerservice", "maintenanceConfiguration"],
    ["azure-native:containerregistry:Registry", "arm-containerregistry", "registry"],
    ["azure-native:containerregistry:Replication", "arm-containerregistry", "replication"],
  ])("agrees with Microsoft's client for %s", (token, client, name) => {
    const type = resourceType(token);
    const root = dirname(require.resolve(`@azure/${client}/package.json`));
    const text = readFileSync(join(root, "dist/esm/models/models.js"), "utf8");
    const top = serialized(text, `${name}Serializer`);
    const below = serialized(text, `${name}PropertiesSerializer`);
    expect(top).toEqual(expect.arrayContaining(type.envelope.inputs));
    expect(below).toEqual(expect.arrayContaining(type.properties.inputs));
    expect(type.envelope.inputs.filter((input) => below.includes(input))).toEqual([]);
    expect(type.properties.inputs.filter((input) => top.includes(input))).toEqual([]);
  });

  /** The keys of the object that a serializer returns. */
  function serialized(text: string, serializer: string): string[] {
    const [, indent = "", first = ""] =
      new RegExp(
        `^(?:export )?function _?${serializer}\\(item\\) \\{\\n *return \\{\\n( +)([\\s\\S]*?\\n)\\}`,
        "m",
      ).exec(text) ?? [];
    return [...(indent + first).matchAll(new RegExp(`^${indent}(\\w+):`, "gm"))].map(([, key = ""]) => key);
  }
});

it("refuses other types and names what is served", () => {
  expect(() => resourceType("azure-native:batch:BatchAccount")).toThrow(
    /does not serve azure-native:batch:BatchAccount, only: resources:ResourceGroup, resources:Resource, resources:Deployment, managedidentity:UserAssignedIdentity/,
  );
});
