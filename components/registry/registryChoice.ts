/** Where images go and come from, whatever kind of registry that is. */
import type * as pulumi from "@pulumi/pulumi";
import { ExistingRegistry, type ExistingRegistryArgs } from "../existingRegistry.ts";
import type { PullSource } from "../pullAccess.ts";
import { Registry } from "../registry.ts";
import type { RegistryArgs } from "./registryArgs.ts";
import { signInToRegistry, type RegistryCredentials } from "./registrySignIn.ts";

/** A registry that is not Azure's, or is not to be known as such. */
export interface ExternalRegistryArgs {
  /** HOST or HOST:PORT. */
  server: string;
  /** Who pushes and pulls. @default whoever the Docker engine is signed in as pushes, and everybody may pull */
  user?: { username: string; password: pulumi.Output<string> };
}

export type RegistryChoice =
  | { kind: "own"; args: Omit<RegistryArgs, "resourceGroupName" | "location" | "tags"> }
  | { kind: "existing"; args: ExistingRegistryArgs }
  | { kind: "external"; args: ExternalRegistryArgs };

export interface ImageRegistry {
  loginServer: pulumi.Input<string>;
  /** Who pushes. @default whoever the Docker engine is signed in as */
  credentials?: RegistryCredentials;
  /** Resource id of a registry that was made here. */
  id?: pulumi.Output<string>;
  /** Resource id of a registry in Azure, whoever made it. */
  resourceId?: pulumi.Output<string>;
  /** The Azure registry that the nodes' identity is to be let into. */
  pullSources?: Record<string, PullSource>;
  /** What pods need a secret for, as no identity lets them in. */
  pullWith?: { server: string; username: string; password: pulumi.Output<string> };
}

/**
 * @param name of the component
 * @param choice which kind of registry, and what that kind needs
 * @param repository that will be pushed to
 * @param azure where a registry is made if it is to be
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
    return { loginServer: server, credentials: user, pullWith: { server, ...user } };
  }
  if (choice.kind === "existing") {
    const registry = new ExistingRegistry(name, choice.args);
    const { id, loginServer, roleMode } = registry;
    return {
      ...{ loginServer, resourceId: id },
      credentials: signInToRegistry(loginServer, { repository }),
      pullSources: { existing: { id, roleMode } },
    };
  }
  const registry = new Registry(name, { ...azure(), ...choice.args }, opts);
  const { id, loginServer, pushGrants } = registry;
  return {
    ...{ id, resourceId: id },
    loginServer,
    credentials: signInToRegistry(loginServer, { repository, grants: pushGrants }),
    pullSources: { own: { id } },
  };
}
