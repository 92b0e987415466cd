/** The way to what runs on a cluster that was made here: its kubeconfig, and a Kubernetes provider with it. */
import * as pulumi from "@pulumi/pulumi";
import {
  listManagedClusterAdminCredentialsOutput,
  listManagedClusterUserCredentialsOutput,
} from "@pulumi/azure-native/containerservice/index.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { type KubeloginMethod, withKubelogin } from "./entraKubeconfig.ts";

export interface SignInArgs {
  /** Resource group and name of the managed cluster. */
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> };
  /** Resource id of the managed cluster. */
  clusterId: pulumi.Output<string>;
  /** Whether the admin certificate signs in, instead of Entra. */
  localAccounts: boolean;
  /** How the kubeconfig signs in with Entra. */
  kubelogin: KubeloginMethod;
}

/** @returns the kubeconfig (YAML), a secret, and the provider `NAME-kubernetes` */
export function clusterSignIn(name: string, args: SignInArgs, parent: pulumi.Resource) {
  const credentials = args.localAccounts
    ? listManagedClusterAdminCredentialsOutput(args.cluster, { parent })
    : listManagedClusterUserCredentialsOutput({ ...args.cluster, format: "exec" }, { parent });
  const kubeconfig = pulumi.secret(
    credentials.apply(({ kubeconfigs }) => {
      const encoded = kubeconfigs[0]?.value;
      if (encoded === undefined) throw new Error(`Azure returned no kubeconfig for the cluster of component "${name}"`);
      const text = Buffer.from(encoded, "base64").toString("utf8");
      return args.localAccounts ? text : withKubelogin(text, args.kubelogin);
    }),
  );
  const provider = new Provider(
    `${name}-kubernetes`,
    {
      kubeconfig,
      // A new kubeconfig of the same cluster must not replace everything on it (pulumi-kubernetes#1148, #2745).
      clusterIdentifier: args.clusterId,
      // Objects are made by server-side apply, so that their fields are the program's from the start. Made by an ordinary
      // request they become so with the first change, and the preview of one of a port would already be refused: a
      // Service and a container would have the old port beside the new one, both of one name (kubernetes#131147). On a
      // cluster that is there, somebody else's objects come before that: there, what exists is refused.
      upsertExistingObjects: true,
    },
    { parent, protect: false },
  );
  return { kubeconfig, provider };
}
