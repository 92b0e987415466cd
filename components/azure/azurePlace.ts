/** Where the resources of a stack are created in Azure, and how they are tagged. */
import * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { resourceGroupName } from "./derivedNames.ts";

/** Arguments that every component in Azure takes. */
export interface AzurePlace {
  resourceGroupName: pulumi.Output<string>;
  location: string;
  tags: Record<string, string>;
}

export interface AzurePlaceArgs {
  /** Name of the service; a tag, and the start of the resource group's name. @example "shop" */
  appName: string;
  /** Azure region. @example "swedencentral" */
  location: string;
  /** Additional tags. @example { "cost-center": "4711" } */
  tags: Readonly<Record<string, string>>;
  /** Who is responsible; a tag. @default no tag @example "team-shop" */
  owner?: string;
  /** Time from which the resource group may be deleted; a tag of the group. @default no tag @example "2026-12-24T18:00:00Z" */
  expires?: string;
}

export interface AzurePlaces {
  /** Returns the resource group, which the first call creates: a service may need nothing in Azure. */
  group: () => ResourceGroup;
  /** Returns the place in that group. */
  place: () => AzurePlace;
  /** Returns the resource group if something has been created in it. */
  created: () => ResourceGroup | undefined;
}

/** @param opts options of the resource group */
export function azurePlaces(args: AzurePlaceArgs, opts: pulumi.CustomResourceOptions): AzurePlaces {
  const { appName, location } = args;
  const stack = pulumi.getStack();
  const tags = {
    ...args.tags,
    app: appName,
    stack,
    "managed-by": "tarmac",
    ...(args.owner && { owner: args.owner }),
  };
  let created: ResourceGroup | undefined;
  const group = () =>
    (created ??= new ResourceGroup(
      resourceGroupName(appName, stack),
      { location, tags: { ...tags, ...(args.expires && { expires: args.expires }) } },
      opts,
    ));
  return { group, place: () => ({ resourceGroupName: group().name, location, tags }), created: () => created };
}
