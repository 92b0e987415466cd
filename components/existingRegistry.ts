import * as pulumi from "@pulumi/pulumi";
import { getResource } from "@pulumi/azure-native/resources/index.js";
import { providerFor } from "./azure/otherSubscription.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { azureRoleModes, registryApiVersion } from "./registry/registryVersion.ts";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { registryNameProblem, resourceGroupNameProblem, subscriptionIdProblem } from "@tarmac/validate/azureNames";

/** Type and api-version for the lookup. The SDK's own registry lookup does not return the role mode. */
const registriesWithRoleMode = {
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  resourceType: "registries",
  parentResourcePath: "",
  apiVersion: registryApiVersion,
};

/** An Azure container registry that another stack or team manages. */
export interface ExistingRegistryArgs {
  /** Name of the registry, without `.azurecr.io`. @example "corpregistry" */
  registryName: string;
  /** Name of the registry's resource group. @example "corp-shared" */
  resourceGroupName: string;
  /** Id of the registry's subscription. @default the stack's @example "0f8fad5b-d9cb-469f-a165-70867728950e" */
  subscriptionId?: string;
}

/**
 * An existing Azure container registry. This component only reads it, and never changes or deletes it.
 *
 * The component also reads the registry's role mode, which decides the role that the nodes need to pull.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new ExistingRegistry("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "pulumi:providers:azure-native" ? { props: { ...props, auxiliaryTenantIds: ["0f8fad5b-d9cb-469f-a165-70867728950e"] }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class ExistingRegistry extends pulumi.ComponentResource {
  /** Resource id of the registry. */
  readonly id: pulumi.Output<string>;
  /** Host name of the registry in image references, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
  /** Role mode of the registry, as Azure reports it. It decides the role that the nodes need to pull. */
  readonly roleMode: pulumi.Output<RegistryRoleMode>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError when a name or id is invalid. */
  constructor(name: string, args: ExistingRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { registryName, resourceGroupName, subscriptionId } = args;
    throwIfAny([
      ["registryName", registryNameProblem(registryName)],
      ["resourceGroupName", resourceGroupNameProblem(resourceGroupName)],
      ["subscriptionId", ifGiven(subscriptionId, subscriptionIdProblem)],
    ]);
    super("tarmac:azure:ExistingRegistry", name, {}, opts);
    const provider =
      subscriptionId === undefined ? undefined : providerFor(subscriptionId, `${name}-registry`, { parent: this });
    const query = { ...registriesWithRoleMode, resourceGroupName, resourceName: registryName };
    const found = pulumi.output(orSayWhere(args, getResource(query, { parent: this, provider })));
    this.id = found.id;
    const properties = found.properties as pulumi.Output<{ loginServer: string; roleAssignmentMode?: string }>;
    this.loginServer = properties.loginServer;
    this.roleMode = properties.apply(({ roleAssignmentMode }) =>
      roleAssignmentMode === azureRoleModes.abac ? "abac" : "classic",
    );
    this.registerOutputs({ id: this.id, loginServer: this.loginServer, roleMode: this.roleMode });
  }
}

/**
 * @throws pulumi.RunError when the lookup fails. The message says which resource group and subscription were searched,
 * and how to find the registry.
 */
export async function orSayWhere<T>(args: ExistingRegistryArgs, lookUp: Promise<T>): Promise<T> {
  try {
    return await lookUp;
  } catch (error) {
    throw new pulumi.RunError(notFound(args, error));
  }
}

function notFound({ registryName, resourceGroupName, subscriptionId }: ExistingRegistryArgs, error: unknown): string {
  const place = `resource group "${resourceGroupName}" of ${subscriptionId === undefined ? "the stack's subscription" : `the subscription ${subscriptionId}`}`;
  const reason = error instanceof Error ? error.message : String(error);
  return (
    `cannot read the registry "${registryName}" in ${place}: ${reason}\n` +
    `Find it with: az acr show --name ${registryName} --query id. Correct tarmac:existingRegistry, tarmac:existingRegistryGroup, and ` +
    "tarmac:existingRegistrySubscription. The deploying identity needs the role Reader there."
  );
}
