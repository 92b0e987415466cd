import * as pulumi from "@pulumi/pulumi";
import { Registry as AzureRegistry } from "@pulumi/azure-native/containerregistry/index.js";
import { refuseUnless } from "./refusal.ts";
import { registryNameProblem } from "../validate/names.ts";

export const registrySkus = ["Basic", "Standard", "Premium"] as const;
export type RegistrySku = (typeof registrySkus)[number];

export interface RegistryArgs {
  /** Resource group that holds the registry. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". Default: the resource group's. */
  location?: pulumi.Input<string>;
  /**
   * Globally unique name, 5 to 50 letters and digits; it becomes the login server `NAME.azurecr.io`.
   * @default the component's name without other characters, and a random suffix
   */
  registryName?: string;
  /** @default "Basic" */
  sku?: RegistrySku;
  /** Azure tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A private container registry without admin user and without anonymous pull: every push and pull is somebody's, by role. */
export class Registry extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly registryName: pulumi.Output<string>;
  /** Host name that images are addressed by, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError when `registryName` is not a name Azure takes. */
  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnless([
      ["registryName", args.registryName === undefined ? undefined : registryNameProblem(args.registryName)],
    ]);
    super("tarmac:azure:Registry", name, {}, opts);
    const registry = new AzureRegistry(
      // The provider makes the Azure name of this one and a random suffix; a registry's takes only letters and digits.
      name.replace(/[^a-zA-Z0-9]/g, ""),
      {
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        registryName: args.registryName,
        sku: { name: args.sku ?? "Basic" },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        tags: args.tags,
      },
      { parent: this },
    );
    this.id = registry.id;
    this.registryName = registry.name;
    this.loginServer = registry.loginServer;
    this.registerOutputs({ id: this.id, registryName: this.registryName, loginServer: this.loginServer });
  }
}
