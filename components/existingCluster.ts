import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { existingKubeconfig } from "./cluster/existingKubeconfig.ts";
import { throwIfAny } from "./invalidArguments.ts";

export interface ExistingClusterArgs {
  /** Context of the kubeconfig. @default its current one */
  context?: string;
  /** The kubeconfig (YAML), a secret. @default the files that kubectl reads, by KUBECONFIG or in the home folder */
  kubeconfig?: string;
}

/**
 * A cluster that was there before and stays: nothing of it is made, changed or deleted here.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Context of the kubeconfig that was found. */
  readonly clusterName: pulumi.Output<string>;
  /** Kubeconfig (YAML) with that context alone; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For the `provider` option of Kubernetes resources. */
  readonly provider: Provider;
  /** Its nodes exist already: there is nothing to wait for. */
  readonly pools: pulumi.Resource[] = [];
  /** Nothing is deleted with it. */
  readonly managedCluster = undefined;

  /** @throws pulumi.InputPropertyError when there is no such context, with those that there are. */
  constructor(name: string, args: ExistingClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const found = existingKubeconfig(args.context, args.kubeconfig);
    if ("problem" in found) throwIfAny([["context", found.problem]]);
    super("tarmac:kubernetes:ExistingCluster", name, {}, opts);
    const { context, server, kubeconfig } = found as Exclude<typeof found, { problem: string }>;
    this.clusterName = pulumi.output(context);
    this.kubeconfig = pulumi.secret(kubeconfig);
    this.provider = new Provider(
      `${name}-kubernetes`,
      // Another sign-in to the same API server is the same cluster; another API server is another one.
      { kubeconfig: this.kubeconfig, clusterIdentifier: server },
      { parent: this },
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
