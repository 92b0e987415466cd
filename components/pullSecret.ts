import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/index.js";
import { throwIfAny } from "./invalidArguments.ts";
import { registryServerProblem } from "@tarmac/validate/azureNames";

export interface PullSecretArgs {
  /** Namespace of the pods that pull with it. */
  namespace: pulumi.Input<string>;
  /** Host of the registry, with its port, as in the images' names. */
  server: string;
  /** User that the registry knows. */
  username: string;
  /** A secret. */
  password: pulumi.Input<string>;
  /** Labels of the Secret. @default none */
  labels?: Record<string, pulumi.Input<string>>;
}

/**
 * A registry's user and password for the nodes to pull with: for registries that know no Azure identity.
 *
 * It keeps its name when the password changes (the provider then deletes it and creates it again), so the pods that name it
 * are not replaced; the next pull uses the new password.
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new PullSecret("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "kubernetes:core/v1:Secret" ? { props: { ...props, immutable: true }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class PullSecret extends pulumi.ComponentResource {
  /** For a workload's `imagePullSecrets`. It does not wait for the Secret: name this component in the workload's `dependsOn`. */
  readonly secretName: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError when the server is not a host. */
  constructor(name: string, args: PullSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny([["server", registryServerProblem(args.server)]]);
    super("tarmac:kubernetes:PullSecret", name, {}, opts);
    const secretName = `${name}-registry`;
    new Secret(
      name,
      {
        metadata: { name: secretName, namespace: args.namespace, labels: args.labels },
        type: "kubernetes.io/dockerconfigjson",
        stringData: {
          ".dockerconfigjson": pulumi.secret(
            pulumi.output(args.password).apply((password) => dockerConfig(args.server, args.username, password)),
          ),
        },
      },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    // No output of the Secret: a new password replaces it, and Pulumi then takes every property that depends on its outputs for
    // unknown. A Deployment whose whole spec is unknown may have another selector, so it would be replaced as well.
    this.secretName = pulumi.output(secretName);
    this.registerOutputs({ secretName: this.secretName });
  }
}

/** What `docker login` writes. https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry */
export function dockerConfig(server: string, username: string, password: string): string {
  // Docker Hub is known by this old address of its own.
  const key = server === "docker.io" ? "https://index.docker.io/v1/" : server;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [key]: { username, password, auth } } });
}
