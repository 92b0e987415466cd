import * as pulumi from "@pulumi/pulumi";
import { getResource } from "@pulumi/azure-native/resources/index.js";
import { providerFor } from "./azure/otherSubscription.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { azureRoleModes, registryApiVersion } from "./registry/registryResource.ts";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { registryNameProblem, resourceGroupNameProblem, subscriptionIdProblem } from "@tarmac/validate/azureNames";

/** What a look-up by id needs in addition to names. The function of the SDK for registries knows no role modes. */
const registriesWithRoleMode = {
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  resourceType: "registries",
  parentResourcePath: "",
  apiVersion: registryApiVersion,
};

/** A registry of somebody else's. */
export interface ExistingRegistryArgs {
  /** Name of the registry, without `.azurecr.io`. */
  registryName: string;
  /** The resource group that it is in. */
  resourceGroupName: string;
  /** Id of the subscription that it is in. @default the stack's */
  subscriptionId?: string;
}

/**
 * An Azure container registry that is there already: looked up, and neither changed nor ever deleted from here.
 *
 * Its role mode is read from it, because that decides which role lets the nodes pull.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Host name that images are addressed by, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
  /** Which roles the registry respects, as Azure reports it: decides which role lets nodes pull. */
  readonly roleMode: pulumi.Output<RegistryRoleMode>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError when an argument cannot be what it should name. */
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

/** @throws pulumi.RunError that says where the registry was looked for, when the look-up fails, and how to find it */
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
