/** The provider: creates the package's components for programs in any language. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider/provider.js";
import { argumentSettings } from "@tarmac/settings/service/argumentSettings";
import { closest } from "@tarmac/validate/settingDeclaration";
import { componentArguments, knownValues, type PackageTypes, type PropertyTypes } from "./componentArguments.ts";
import { packageComponents, serviceType } from "./packageComponents.ts";

interface Schema {
  version: string;
  types: PackageTypes;
  resources: Record<string, { inputProperties: PropertyTypes; properties: PropertyTypes }>;
}

/** @param text schema of the package */
export function componentProvider(text = readFileSync(join(import.meta.dirname, "schema.json"), "utf8")): Provider {
  const { version, types, resources } = JSON.parse(text) as Schema;
  return {
    version,
    schema: text,
    /**
     * @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument, before the component
     * registers anything
     */
    async construct(name, type, inputs, options): Promise<ConstructResult> {
      const [component, declared] = [packageComponents[type], resources[type]];
      if (component === undefined || declared === undefined)
        throw new Error(`"${type}" is not a component of this package${closest(type, Object.keys(packageComponents))}`);
      const args = await componentArguments(types, declared.inputProperties, inputs);
      // The values of secrets and outputs, which the component itself does not see before it creates something.
      if (type === serviceType) argumentSettings(name, (await knownValues(args)) as Record<string, unknown>);
      const made = new component(name, args as never, options);
      const outputs = made as unknown as Record<string, pulumi.Input<unknown>>;
      return {
        urn: made.urn,
        state: Object.fromEntries(Object.keys(declared.properties).map((key) => [key, outputs[key]])),
      };
    },
  };
}
