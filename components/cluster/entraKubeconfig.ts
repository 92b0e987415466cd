/**
 * The kubeconfig of an AKS cluster whose users sign in with Entra, made usable without a prompt.
 *
 * What AKS returns asks for a device code: somebody at a screen. Here the same server and certificate authority are
 * kept, and the sign-in is a call of `kubelogin` with a method that needs nobody (Azure/AKS#2399).
 */
import { parse, stringify } from "yaml";

/** Application id of "Azure Kubernetes Service AAD Server", the same in every tenant: what a cluster's tokens are for. */
export const aksServerApplicationId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * How kubelogin gets a token: `azurecli` uses the `az login` of whoever runs `pulumi up`, `workloadidentity` the federated
 * credential of a CI job, `msi` a virtual machine's identity, `spn` a service principal from the environment.
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
