import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { existingKubeconfig } from "./cluster/existingKubeconfig.ts";
import { throwIfAny } from "./invalidArguments.ts";

export interface ExistingClusterArgs {
  /** Name of the kubeconfig context. @default its current one @example "aks-shop" */
  context?: string;
  /** The kubeconfig (YAML). It is secret. @default the files that kubectl reads, by KUBECONFIG or in the home folder */
  kubeconfig?: string;
}

/**
 * An existing cluster. This component never creates, changes or deletes any part of it.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new ExistingCluster("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "pulumi:providers:kubernetes" ? { props: { ...props, enableServerSideApply: true }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class ExistingCluster extends pulumi.ComponentResource {
  /** Name of the context found in the kubeconfig. */
  readonly clusterName: pulumi.Output<string>;
  /** Kubeconfig (YAML) with that context only; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** Always empty: the nodes exist already, so there is nothing to wait for. */
  readonly pools: pulumi.Resource[] = [];
  /** Always undefined: deleting the stack does not delete the cluster. */
  readonly managedCluster = undefined;

  /** @throws pulumi.InputPropertyError when the context does not exist. The message lists the existing contexts. */
  constructor(name: string, args: ExistingClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const found = existingKubeconfig(args.context, args.kubeconfig);
    if ("problem" in found) throwIfAny([["context", found.problem]]);
    super("tarmac:kubernetes:ExistingCluster", name, {}, opts);
    const { context, server, kubeconfig } = found as Exclude<typeof found, { problem: string }>;
    this.clusterName = pulumi.output(context);
    this.kubeconfig = pulumi.secret(kubeconfig);
    this.provider = new Provider(
      `${name}-kubernetes`,
      // The API server identifies the cluster: a changed sign-in must not replace everything on the cluster.
      { kubeconfig: this.kubeconfig, clusterIdentifier: server },
      { parent: this },
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
