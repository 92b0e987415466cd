/** Access to a cluster that this program created: its kubeconfig, and a Kubernetes provider that uses it. */
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
  /** Whether the kubeconfig signs in with the admin certificate instead of Entra. */
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
      // A new kubeconfig for the same cluster must not replace everything on it (pulumi-kubernetes#1148, #2745).
      clusterIdentifier: args.clusterId,
      // Create objects with server-side apply, so that the program owns their fields from the start. After an ordinary
      // create request, the program would own the fields only from the first change on. The preview of a changed port
      // would then fail, because a Service or container would have the old and the new port under one name
      // (kubernetes#131147). On an existing cluster this is off, because objects of others may exist there: creating an
      // object that exists must fail.
      upsertExistingObjects: true,
    },
    { parent, protect: false },
  );
  return { kubeconfig, provider };
}
