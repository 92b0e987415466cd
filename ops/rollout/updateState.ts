/**
 * What the state of a running update reveals about its rollout: Pulumi records every operation in it before the
 * operation begins.
 */
import { isSecretValue } from "../pulumi/secretValue.ts";
import type { State, StateResource } from "../pulumi/stackState.ts";

export interface UpdateState {
  /** The stack's kubeconfig (YAML); undefined until it has a cluster. */
  kubeconfig?: string;
  /** The stack's Deployments as "NAMESPACE/NAME", including those being created. */
  deployments: string[];
  /** Deployments that Pulumi is creating or updating right now: it waits for their rollout. */
  inProgress: string[];
}

/** @param state from `pulumi stack export --show-secrets` */
export function readUpdateState({ deployment }: State): UpdateState {
  const resources = deployment?.resources ?? [];
  const pending = (deployment?.pending_operations ?? []).map(({ resource }) => resource);
  const kubeconfigs = resources
    .filter(({ type, delete: replaced }) => type === "pulumi:providers:kubernetes" && replaced !== true)
    .map(({ inputs }) => plainText(inputs?.kubeconfig))
    .filter((text) => text !== undefined);
  const inProgress = deploymentsIn(pending);
  const kubeconfig = kubeconfigs.at(-1);
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    deployments: [...new Set([...deploymentsIn(resources), ...inProgress])],
    inProgress,
  };
}

function deploymentsIn(resources: readonly StateResource[]): string[] {
  return resources
    .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
    .flatMap(({ inputs, outputs }) => nameIn(inputs?.metadata) ?? nameIn(outputs?.metadata) ?? []);
}

function nameIn(metadata: unknown): string | undefined {
  const { name, namespace = "default" } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
  return typeof name === "string" && typeof namespace === "string" ? `${namespace}/${name}` : undefined;
}

function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const { plaintext } = (value ?? {}) as { plaintext?: unknown };
  if (!isSecretValue(value) || typeof plaintext !== "string") return undefined;
  const text: unknown = JSON.parse(plaintext);
  return typeof text === "string" ? text : undefined;
}
