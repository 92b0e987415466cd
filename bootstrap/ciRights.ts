/** Role assignments of the kinds of CI identities. docs/bootstrap.md explains each and its risks. */
import type * as pulumi from "@pulumi/pulumi";
import { roles } from "@tarmac/components/azure/builtInRoles";
import type { Right } from "./ciIdentity.ts";
import { customResourceGroups } from "./customResourceReader.ts";
import { onlyTheseApiGroups, onlyTheseRoles } from "./roleConditions.ts";
import { ciRoles } from "./ciRoles.ts";

/** The roles that the stack assigns (`components/azure/builtInRoles.ts`). None grants more than a deploying identity has itself. */
export const assignable = Object.values(roles);

/** What an identity reads. */
export interface ReadRightsArgs {
  /** Resource ids of the containers with the state, by environment. */
  containers: Record<string, pulumi.Input<string>>;
  /** Resource ids of the keys, by environment. */
  keys: Record<string, pulumi.Input<string>>;
  /** Resource ids of the subscriptions, by short name. */
  subscriptions: Record<string, pulumi.Input<string>>;
  /** Id (the GUID part) of the custom role that reads custom resources. */
  customResourceReader: pulumi.Input<string>;
}

/**
 * Rights to preview and to check for drift. None of them allows a change: a preview runs unreviewed code. A preview takes no
 * lock and writes no state.
 */
export function readRights(args: ReadRightsArgs): Record<string, Right> {
  const { containers, keys, subscriptions, customResourceReader } = args;
  return {
    ...byName(containers, (scope, environment) => [[`state-${environment}`, { scope, role: ciRoles.blobReader }]]),
    ...byName(keys, (scope, environment) => [[`key-${environment}`, { scope, role: ciRoles.keyUser }]]),
    ...byName(subscriptions, (scope, name) => [
      [`read-${name}`, { scope, role: ciRoles.reader }],
      [`kubeconfig-${name}`, { scope, role: ciRoles.clusterUser }],
      [`cluster-${name}`, { scope, role: ciRoles.clusterReader }],
      [`custom-${name}`, { scope, role: customResourceReader, condition: onlyTheseApiGroups(customResourceGroups) }],
    ]),
  };
}

/** Rights to delete images, by the short names of subscriptions: in addition to those that tell which images are in use. */
export const purgeRights = (subscriptions: Record<string, pulumi.Input<string>>): Record<string, Right> =>
  byName(subscriptions, (scope, name) => [[`delete-images-${name}`, { scope, role: ciRoles.imageDeleter }]]);

export interface DeployRightsArgs {
  /** Resource id of the container with the environment's state. */
  containerId: pulumi.Input<string>;
  keyId: pulumi.Input<string>;
  /** Resource id of the environment's subscription. */
  subscriptionId: pulumi.Input<string>;
  /** Resource id of the subscription of the environment whose proven images it imports. @default none, or the same subscription */
  imagesFromId?: pulumi.Input<string> | undefined;
}

/** Rights of the identity that deploys an environment: everything in its subscription, except granting more than it has, and the images of the one before. */
export const deployRights = (args: DeployRightsArgs): Record<string, Right> => ({
  state: { scope: args.containerId, role: ciRoles.blobContributor },
  key: { scope: args.keyId, role: ciRoles.keyUser },
  resources: { scope: args.subscriptionId, role: ciRoles.contributor },
  roles: { scope: args.subscriptionId, role: ciRoles.roleAdministrator, condition: onlyTheseRoles(assignable) },
  ...(args.imagesFromId !== undefined && { images: { scope: args.imagesFromId, role: ciRoles.imageImporter } }),
});

const byName = (
  scopes: Record<string, pulumi.Input<string>>,
  rights: (scope: pulumi.Input<string>, name: string) => [string, Right][],
): Record<string, Right> => Object.fromEntries(Object.entries(scopes).flatMap(([name, scope]) => rights(scope, name)));
