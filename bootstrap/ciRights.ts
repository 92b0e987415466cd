/** Role assignments of the two kinds of CI identities. docs/bootstrap.md explains each and its risks. */
import type * as pulumi from "@pulumi/pulumi";
import { roles } from "@tarmac/components/azure/builtInRoles";
import type { Right } from "./ciIdentity.ts";
import { onlyStateOf, onlyTheseRoles } from "./roleConditions.ts";
import { ciRoles } from "./ciRoles.ts";

/** The roles that the stack assigns (`components/azure/builtInRoles.ts`). None grants more than a deploying identity has itself. */
export const assignable = Object.values(roles);

/**
 * Rights of the identity that previews pull requests and checks for drift. It runs unreviewed code, so none of these rights
 * allows a change. A preview takes no lock and writes no state.
 * @param subscriptions resource ids by short name
 * @param keyIds resource ids of the keys of the previewed environments, by environment
 */
export function previewRights(
  containerId: pulumi.Input<string>,
  subscriptions: Record<string, pulumi.Input<string>>,
  keyIds: Record<string, pulumi.Input<string>>,
): Record<string, Right> {
  return {
    state: { scope: containerId, role: ciRoles.blobReader },
    ...byName(keyIds, (scope, environment) => [[`key-${environment}`, { scope, role: ciRoles.keyUser }]]),
    ...byName(subscriptions, (scope, name) => [
      [`read-${name}`, { scope, role: ciRoles.reader }],
      [`kubeconfig-${name}`, { scope, role: ciRoles.clusterUser }],
      [`cluster-${name}`, { scope, role: ciRoles.clusterReader }],
    ]),
  };
}

export interface DeployRightsArgs {
  /** Pulumi project of the stacks. */
  project: string;
  environment: string;
  containerId: pulumi.Input<string>;
  keyId: pulumi.Input<string>;
  /** Resource id of the environment's subscription. */
  subscriptionId: pulumi.Input<string>;
}

/** Rights of the identity that deploys an environment: everything in its subscription, except granting more than it has. */
export const deployRights = (args: DeployRightsArgs): Record<string, Right> => ({
  state: {
    scope: args.containerId,
    role: ciRoles.blobContributor,
    condition: onlyStateOf(args.project, args.environment),
  },
  key: { scope: args.keyId, role: ciRoles.keyUser },
  resources: { scope: args.subscriptionId, role: ciRoles.contributor },
  roles: { scope: args.subscriptionId, role: ciRoles.roleAdministrator, condition: onlyTheseRoles(assignable) },
});

const byName = (
  scopes: Record<string, pulumi.Input<string>>,
  rights: (scope: pulumi.Input<string>, name: string) => [string, Right][],
): Record<string, Right> => Object.fromEntries(Object.entries(scopes).flatMap(([name, scope]) => rights(scope, name)));
