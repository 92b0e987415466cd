/**
 * Changes the kubeconfig of an AKS cluster with Entra sign-in so that it needs no prompt.
 *
 * The kubeconfig from AKS starts a device code sign-in, which needs a user at a screen. The changed one keeps the
 * server and certificate authority, and calls `kubelogin` with a sign-in method that needs no user (Azure/AKS#2399).
 */
import { parse, stringify } from "yaml";

/**
 * Application id of "Azure Kubernetes Service AAD Server", the same in every tenant: the audience of a cluster's
 * tokens.
 */
export const aksServerApplicationId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * How kubelogin gets a token. `azurecli` uses the `az login` of the user who runs `pulumi up`, `workloadidentity` a CI
 * job's federated credential, `msi` a virtual machine's identity, and `spn` a service principal from the environment.
 */
export const kubeloginMethods = ["azurecli", "workloadidentity", "msi", "spn"] as const;
export type KubeloginMethod = (typeof kubeloginMethods)[number];

interface Kubeconfig {
  users?: { name: string; user: Record<string, unknown> }[];
  [key: string]: unknown;
}

/**
 * @param kubeconfig YAML as `listClusterUserCredential` returns it
 * @returns YAML with every user's sign-in replaced by a call of kubelogin
 * @throws Error when the text is not a kubeconfig with users
 */
export function withKubelogin(kubeconfig: string, method: KubeloginMethod): string {
  const config = parse(kubeconfig) as Kubeconfig | null;
  if (!Array.isArray(config?.users) || config.users.length === 0) {
    throw new Error(
      "the cluster's user credential is not a kubeconfig with users: wait until the cluster is created, then run the update again",
    );
  }
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "kubelogin",
    args: ["get-token", "--login", method, "--server-id", aksServerApplicationId],
    installHint: "kubelogin is needed to sign in to this cluster: https://azure.github.io/kubelogin/install.html",
    interactiveMode: "Never",
    provideClusterInfo: false,
  };
  return stringify({ ...config, users: config.users.map(({ name }) => ({ name, user: { exec } })) });
}
