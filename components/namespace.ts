import * as pulumi from "@pulumi/pulumi";
import { Namespace as KubernetesNamespace } from "@pulumi/kubernetes/core/v1/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import { allowLocalDns, type LocalDns } from "./localDns.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { namespaceProblem } from "@tarmac/validate/kubernetesNames";

/** The pinned version of the Pod Security standards: a cluster upgrade must not tighten them unannounced. */
const podSecurityVersion = "v1.34";

export interface AppNamespaceArgs {
  /** Name of the namespace. @default the component's name @example "shop" */
  namespaceName?: string;
  /**
   * Pod Security standard that the namespace enforces: "restricted" or "baseline". "baseline" is weaker: use it only
   * for pods that another controller creates.
   * @default "restricted"
   * @example "baseline"
   */
  podSecurity?: "restricted" | "baseline";
  /**
   * Network policy engine of a cluster with LocalDNS, the resolver on each node. The component then lets the
   * namespace's pods query that resolver. "none" means that the cluster has no LocalDNS.
   * @default "none"
   */
  localDns?: LocalDns;
  /** Labels of the namespace, in addition to those of Pod Security. @default none @example { team: "shop" } */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A namespace that enforces a Pod Security standard (`restricted` by default). A default-deny network policy blocks all
 * traffic of its pods until another policy allows it.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new AppNamespace("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "kubernetes:core/v1:Namespace" ? { props: { ...props, metadata: { ...props.metadata, annotations: { team: "shop" } } }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class AppNamespace extends pulumi.ComponentResource {
  /** Name of the namespace. Resources that use this output wait for the namespace. */
  readonly namespaceName: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError when the name is not a DNS label, or is one of the cluster's own namespaces. */
  constructor(name: string, args: AppNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { namespaceName = name, podSecurity = "restricted", localDns = "none" } = args;
    throwIfAny([["namespaceName", namespaceProblem(namespaceName)]]);
    super("tarmac:kubernetes:AppNamespace", name, {}, opts);
    const child = { parent: this, deletedWith: opts?.deletedWith };
    const namespace = new KubernetesNamespace(
      name,
      {
        metadata: {
          name: namespaceName,
          labels: pulumi.output(args.labels ?? {}).apply((labels) => ({
            ...labels,
            "pod-security.kubernetes.io/enforce": podSecurity,
            "pod-security.kubernetes.io/enforce-version": podSecurityVersion,
            "pod-security.kubernetes.io/warn": podSecurity,
            "pod-security.kubernetes.io/warn-version": podSecurityVersion,
            "pod-security.kubernetes.io/audit": podSecurity,
            "pod-security.kubernetes.io/audit-version": podSecurityVersion,
          })),
        },
      },
      child,
    );
    this.namespaceName = namespace.metadata.name;
    new NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: { name: "default-deny", namespace: this.namespaceName, labels: args.labels },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      { ...child, protect: false },
    );
    if (localDns !== "none")
      allowLocalDns(
        name,
        localDns,
        { namespace: this.namespaceName, labels: args.labels },
        { ...child, protect: false },
      );
    this.registerOutputs({ namespaceName: this.namespaceName });
  }
}
