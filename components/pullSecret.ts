import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/index.js";
import { throwIfAny } from "./invalidArguments.ts";
import { registryServerProblem } from "@tarmac/validate/azureNames";

export interface PullSecretArgs {
  /** Namespace of the pods that use the Secret. @example "shop" */
  namespace: pulumi.Input<string>;
  /** Host of the registry, with its port if image references have one. @example "registry.example.com:5000" */
  server: string;
  /** User name at the registry. @example "ci" */
  username: string;
  /** Password or token of the user. The component marks it as secret. */
  password: pulumi.Input<string>;
  /** Labels of the Secret. @default none @example { team: "shop" } */
  labels?: Record<string, pulumi.Input<string>>;
}

/**
 * A Secret with a registry's user name and password, for nodes that pull from a registry without Azure identities.
 *
 * The Secret keeps its name when the password changes: the provider deletes it and creates it again. The pods that
 * refer to it are not replaced. The next pull uses the new password.
 *
 * Use `transforms` to change resource properties that no argument covers.
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
  /**
   * For a workload's `imagePullSecrets`. This output does not wait for the Secret, so list this component in the
   * workload's `dependsOn`.
   */
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
    // Not an output of the Secret: a new password replaces the Secret, and Pulumi then treats every property that
    // depends on its outputs as unknown. Pulumi would also replace a Deployment whose whole spec is unknown, because
    // its selector might have changed.
    this.secretName = pulumi.output(secretName);
    this.registerOutputs({ secretName: this.secretName });
  }
}

/** Returns the configuration that `docker login` writes. */
export function dockerConfig(server: string, username: string, password: string): string {
  // Docker identifies Docker Hub by this legacy address.
  const key = server === "docker.io" ? "https://index.docker.io/v1/" : server;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [key]: { username, password, auth } } });
}
