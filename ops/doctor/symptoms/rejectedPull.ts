/** A rejected pull that neither a pull secret nor Azure's role assignments explain. */
import type { Diagnosis } from "../finding.ts";
import { inNamespace } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { pullProblem } from "./failingPull.ts";
import { refused } from "./unusablePullSecret.ts";

export function registryRefusal(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  if (problem === undefined || !refused(problem.text)) return undefined;
  const { container, image, evidence } = problem;
  const host = problem.reference?.host ?? "";
  const secrets = (view.pod.spec?.imagePullSecrets ?? []).map(({ name = "" }) => name);
  if (secrets.length === 0 && !isAzure(view, host)) {
    return {
      code: "pull-secret-absent",
      title: `The registry ${host} requires credentials, but the pod has no pull secret`,
      container: container.name,
      evidence: [...evidence, "neither the pod nor its ServiceAccount has imagePullSecrets"],
      mend: [
        {
          say: "Create a pull secret:",
          command: `kubectl create secret docker-registry pull-${view.owner.split("/")[1]} ${inNamespace(view)} --docker-server=${host} --docker-username=USER --docker-password=PASSWORD`,
        },
        {
          say: "Add it to the pod's ServiceAccount, and restart the pods:",
          command: `kubectl patch serviceaccount ${view.pod.spec?.serviceAccountName ?? "default"} ${inNamespace(view)} --patch '{"imagePullSecrets":[{"name":"pull-${view.owner.split("/")[1]}"}]}'`,
        },
      ],
    };
  }
  const { azure } = view.observation;
  const seen =
    secrets.length > 0
      ? `the pod's pull secrets: ${secrets.join(", ")}`
      : azure === undefined
        ? "the doctor could not read the role assignments (see below)"
        : azure.registries[host] === undefined
          ? `the subscription ${azure.subscription} has no registry with the login server ${host}`
          : "the kubelet identity has been allowed to pull for more than an hour";
  return {
    code: "registry-unauthorized",
    title: `The registry ${host} rejects the pulls of the node`,
    container: container.name,
    evidence: [...evidence, seen],
    mend: [
      secrets.length > 0
        ? {
            say: "Check that the user in the pull secret may pull from this repository:",
            command: `docker login ${host} && docker pull ${image}`,
          }
        : {
            say: "Check from the nodes, as a user who may read the cluster and the registry:",
            command: `az aks check-acr --resource-group GROUP --name CLUSTER --acr ${host}`,
          },
    ],
  };
}

/** Judged by the name alone. Azure may have registries under other names. */
export const isAzureHost = (host: string): boolean => /\.azurecr\.(io|cn|us)$/.test(host);

const isAzure = ({ observation: { azure } }: PodView, host: string): boolean =>
  isAzureHost(host) || azure?.registries[host] !== undefined;
