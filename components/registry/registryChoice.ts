/** The registry that images are pushed to and pulled from, for every kind of registry. */
import type * as pulumi from "@pulumi/pulumi";
import { ExistingRegistry, type ExistingRegistryArgs } from "../existingRegistry.ts";
import type { PullSource, RegistryRoleMode } from "../pullAccess.ts";
import { Registry } from "../registry.ts";
import type { RegistryArgs } from "./registryArgs.ts";
import { signInToRegistry, type RegistryCredentials } from "./registrySignIn.ts";

/** A registry outside Azure, or an Azure registry that the program treats as any other registry. */
export interface ExternalRegistryArgs {
  /** Host of the registry, as HOST or HOST:PORT. @example "registry.example.com:5000" */
  server: string;
  /**
   * User that pushes and pulls.
   * @default the user that the Docker engine is signed in as pushes, and everyone may pull
   */
  user?: { username: string; password: pulumi.Output<string> };
}

export type RegistryChoice =
  | { kind: "own"; args: Omit<RegistryArgs, "resourceGroupName" | "location" | "tags"> }
  | { kind: "existing"; args: ExistingRegistryArgs }
  | { kind: "external"; args: ExternalRegistryArgs };

export interface ImageRegistry {
  /** Host name of the registry in image references. @example "myregistry.azurecr.io" */
  loginServer: pulumi.Input<string>;
  /**
   * Returns user name and password. Only for a push, the right to push is checked.
   * @default the user that the Docker engine is signed in as
   */
  signIn?: (to: "push" | "read") => RegistryCredentials;
  /** Resource id of the registry, if it is in Azure. @default none */
  resourceId?: pulumi.Output<string>;
  /** Role mode of the registry, if it is in Azure. @default none */
  roleMode?: pulumi.Input<RegistryRoleMode>;
  /** The Azure registry to grant the nodes' identity access to. @default none */
  pullSources?: Record<string, PullSource>;
  /** Credentials for a pull secret, for a registry that accepts no Azure identity. @default none */
  pullWith?: { server: string; username: string; password: pulumi.Output<string> };
}

/**
 * @param name name of the component
 * @param choice the kind of registry, and its arguments
 * @param repository the repository to push to
 * @param azure where to create a new registry
 */
export function imageRegistry(
  name: string,
  choice: RegistryChoice,
  repository: string,
  azure: () => Pick<RegistryArgs, "resourceGroupName" | "location" | "tags">,
  opts?: pulumi.ComponentResourceOptions,
): ImageRegistry {
  if (choice.kind === "external") {
    const { server, user } = choice.args;
    if (user === undefined) return { loginServer: server };
    return { loginServer: server, signIn: () => user, pullWith: { server, ...user } };
  }
  if (choice.kind === "existing") {
    const registry = new ExistingRegistry(name, choice.args);
    const { id, loginServer, roleMode } = registry;
    return {
      ...{ loginServer, resourceId: id, roleMode },
      signIn: (to) => signInToRegistry(loginServer, to === "push" ? { repository } : {}),
      pullSources: { existing: { id, roleMode } },
    };
  }
  const registry = new Registry(name, { ...azure(), ...choice.args }, opts);
  const { id, loginServer, pushGrants } = registry;
  return {
    ...{ loginServer, resourceId: id, roleMode: choice.args.roleMode },
    signIn: (to) => signInToRegistry(loginServer, to === "push" ? { repository, grants: pushGrants } : {}),
    pullSources: { own: { id } },
  };
}
