import * as pulumi from "@pulumi/pulumi";
import { Namespace as KubernetesNamespace } from "@pulumi/kubernetes/core/v1/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import { allowLocalDns, type LocalDns } from "./localDns.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { namespaceProblem } from "@tarmac/validate/kubernetesNames";

/** The version of the Pod Security standards that is held to: a cluster upgrade must not tighten them by surprise. */
const podSecurityVersion = "v1.34";

export interface AppNamespaceArgs {
  /** @default the component's name */
  namespaceName?: string;
  /**
   * The Pod Security standard that pods are held to. "baseline" is a loosening, for pods that somebody else's controller creates.
   * @default "restricted"
   */
  podSecurity?: "restricted" | "baseline";
  /** Whose network policies must let the pods ask LocalDNS, the resolver on each node. @default "none" */
  localDns?: LocalDns;
  /** Labels beside those of Pod Security. */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A namespace that takes only pods of a Pod Security standard, `restricted` unless told otherwise, and in which no pod talks to
 * another until a policy of its own allows it.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Name of the namespace; whatever uses it waits for the namespace. */
  readonly namespaceName: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError when the name is not a DNS label, or that of a namespace of the cluster itself. */
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
