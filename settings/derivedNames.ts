/** Names in Azure and Kubernetes that are made of the settings, and what Azure or Kubernetes refuses of them. */
import { namespaceProblem } from "@tarmac/validate/kubernetesNames";
import { repositoryOwnerProblem } from "@tarmac/validate/azureNames";
import { reservedWordProblem } from "@tarmac/validate/reservedWords";
import { zoneTagsProblem } from "@tarmac/validate/tags";
import type { FindingOf } from "./allowedValues.ts";
import { onExistingCluster } from "./clusterSettings.ts";
import type { Settings } from "./everySetting.ts";

export function derivedNameProblems(s: Settings): FindingOf<Settings>[] {
  const { appName } = s;
  return [
    // The namespace has the app's name where it has no other.
    ["appName", s.namespace === undefined ? namespaceProblem(appName) : undefined],
    // The cluster's DNS prefix is the app's name as it stands.
    ["appName", onExistingCluster(s) ? undefined : reservedWordProblem(appName)],
    ...registryNameProblems(s),
    [
      "repository",
      s.registryServer === undefined ? undefined : repositoryOwnerProblem(s.registryServer, s.repository ?? appName),
    ],
    ["tags", zoneProblem(s)],
  ];
}

/** Private DNS zones that are made with the tags: of the registry's endpoint, and by AKS of a private cluster. */
function zoneProblem(s: Settings) {
  const ofRegistry = s.privateRegistry && s.registryDnsZone === "own";
  const ofCluster = !onExistingCluster(s) && s.privateCluster && s.privateDnsZone === "system";
  // app, stack, managed-by, and owner.
  return ofRegistry || ofCluster
    ? zoneTagsProblem(s.tags, s.owner === undefined ? 3 : 4, ofRegistry ? "privateRegistry" : "privateCluster")
    : undefined;
}

function registryNameProblems(s: Settings): FindingOf<Settings>[] {
  if (s.existingRegistry !== undefined || s.registryServer !== undefined) return [];
  if (s.registryName !== undefined) return [["registryName", reservedWordProblem(s.registryName)]];
  // Where the cluster has the same name, it has been said already.
  if (!onExistingCluster(s) && reservedWordProblem(s.appName) !== undefined) return [];
  // A random suffix follows.
  const problem = reservedWordProblem(s.appName.replaceAll("-", ""), true);
  return [
    ["appName", problem === undefined ? undefined : `the registry is named after it: ${problem}, or set registryName`],
  ];
}
