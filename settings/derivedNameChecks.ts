/** Checks the Azure and Kubernetes names derived from the settings. */
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
    // The default namespace is the app's name.
    ["appName", s.namespace === undefined ? namespaceProblem(appName) : undefined],
    // The cluster's DNS prefix is the app's name, unchanged.
    ["appName", onExistingCluster(s) ? undefined : reservedWordProblem(appName)],
    ...registryNameProblems(s),
    [
      "repository",
      s.registryServer === undefined ? undefined : repositoryOwnerProblem(s.registryServer, s.repository ?? appName),
    ],
    ["tags", zoneProblem(s)],
  ];
}

/**
 * Returns the problem with the tags of private DNS zones: the registry endpoint's zone, and the zone that AKS creates
 * for a private cluster.
 */
function zoneProblem(s: Settings) {
  const ofRegistry =
    s.privateRegistry && (s.registryDnsZone === "own" || (s.ownKeyVault && s.keyVaultDnsZone === "own"));
  const ofCluster = !onExistingCluster(s) && s.privateCluster && s.privateDnsZone === "system";
  // The tags app, stack, managed-by, and owner.
  return ofRegistry || ofCluster
    ? zoneTagsProblem(s.tags, s.owner === undefined ? 3 : 4, ofRegistry ? "privateRegistry" : "privateCluster")
    : undefined;
}

function registryNameProblems(s: Settings): FindingOf<Settings>[] {
  if (s.existingRegistry !== undefined || s.registryServer !== undefined) return [];
  if (s.registryName !== undefined) return [["registryName", reservedWordProblem(s.registryName)]];
  // If the cluster has the same name, the problem is already reported.
  if (!onExistingCluster(s) && reservedWordProblem(s.appName) !== undefined) return [];
  // A random suffix follows.
  const problem = reservedWordProblem(s.appName.replaceAll("-", ""), true);
  return [
    ["appName", problem === undefined ? undefined : `the registry is named after it: ${problem}, or set registryName`],
  ];
}
