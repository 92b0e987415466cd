/** A refusal that neither a pull secret nor Azure's role assignments explain. */
import type { Diagnosis } from "../finding.ts";
import { inNamespace } from "../remedy.ts";
import type { Subject } from "../subject.ts";
import { pullProblem } from "./pullProblem.ts";
import { refused } from "./pullSecret.ts";

export function registryRefusal(subject: Subject): Diagnosis | undefined {
  const problem = pullProblem(subject);
  if (problem === undefined || !refused(problem.text)) return undefined;
  const { container, image, evidence } = problem;
  const host = problem.reference?.host ?? "";
  const secrets = (subject.pod.spec?.imagePullSecrets ?? []).map(({ name = "" }) => name);
  if (secrets.length === 0 && !isAzure(subject, host)) {
    return {
      code: "pull-secret-absent",
      title: `The registry ${host} asks for credentials, and the pod brings none`,
      container: container.name,
      evidence: [...evidence, "the pod has no imagePullSecrets, nor has its ServiceAccount"],
      mend: [
        {
          say: "Make a pull secret:",
          command: `kubectl create secret docker-registry pull-${subject.owner.split("/")[1]} ${inNamespace(subject)} --docker-server=${host} --docker-username=USER --docker-password=PASSWORD`,
        },
        {
          say: "Give it to the pod's ServiceAccount, and start the pods anew:",
          command: `kubectl patch serviceaccount ${subject.pod.spec?.serviceAccountName ?? "default"} ${inNamespace(subject)} --patch '{"imagePullSecrets":[{"name":"pull-${subject.owner.split("/")[1]}"}]}'`,
        },
      ],
    };
  }
  const { azure } = subject.observation;
  const seen =
    secrets.length > 0
      ? `the pod's pull secrets: ${secrets.join(", ")}`
      : azure === undefined
        ? "the role assignments could not be looked at from here (see below)"
        : azure.registries[host] === undefined
          ? `the subscription ${azure.subscription} has no registry with the login server ${host}`
          : "the kubelet identity has held the right to pull for more than an hour";
  return {
    code: "registry-unauthorized",
    title: `The registry ${host} refuses the node`,
    container: container.name,
    evidence: [...evidence, seen],
    mend: [
      secrets.length > 0
        ? {
            say: "Check that the user of the pull secret may pull this repository:",
            command: `docker login ${host} && docker pull ${image}`,
          }
        : {
            say: "See what the nodes meet, as somebody who may look at the cluster and the registry:",
            command: `az aks check-acr --resource-group GROUP --name CLUSTER --acr ${host}`,
          },
    ],
  };
}

/** By its name alone; Azure may know of others. */
export const isAzureHost = (host: string): boolean => /\.azurecr\.(io|cn|us)$/.test(host);

const isAzure = ({ observation: { azure } }: Subject, host: string): boolean =>
  isAzureHost(host) || azure?.registries[host] !== undefined;
