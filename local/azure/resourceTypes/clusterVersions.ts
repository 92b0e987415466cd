/**
 * The versions of managed clusters and of their pools, and AKS's rules for upgrades. The local Kubernetes has one version,
 * regardless of what a managed cluster reports: an upgrade changes what Azure reports, not what runs.
 *
 * Rules: https://learn.microsoft.com/azure/aks/upgrade-node-pools#validation-rules-for-upgrades
 * Messages: https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/aks-upgrade-blocked and the
 * issues that docs/azure-truth.md names.
 */
import { aksVersion, aksVersions, endOf, minorNumber, minorOf, supportedMinors } from "@tarmac/validate/aksVersions";
import { ArmError } from "../armErrors.ts";
import { asString, isGiven, type JsonObject } from "../jsonValues.ts";

/** Patch versions of the AKS release notes of 2026-08-07, and the first of what came later. https://github.com/Azure/AKS/blob/master/CHANGELOG.md */
const newestPatches: Record<string, number> = { "1.33": 13, "1.34": 9, "1.35": 6, "1.36": 2 };

/** The full version for a minor version is its newest patch. A full version stays as it is. */
export const fullVersion = (asked: string): string =>
  asked === minorOf(asked) ? `${asked}.${newestPatches[asked] ?? 1}` : asked;

/** The version of a cluster that requests none: the second newest, as in AKS. */
export function defaultVersion(now = new Date()): string {
  const minors = supportedMinors(false, now);
  return minors.at(-2) ?? minors.at(-1) ?? aksVersions.at(-1)?.minor ?? "";
}

export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split(".").map(Number);
  const [left, right] = [parts(a), parts(b)];
  const differing = right.findIndex((part, index) => part !== left[index]);
  return differing < 0 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

const supportedListLink = "For more information, please check https://aka.ms/supported-version-list";

/**
 * Refuses a new cluster with a version that AKS does not offer. In the month in which the community support of a version ends,
 * AKS already offers it only to clusters with long-term support, as with 1.33 (release notes of 2026-07-17).
 * @throws 400 K8sVersionNotSupported
 */
export function requireOffered(cluster: string, asked: string, longTerm: boolean, now = new Date()): void {
  const version = aksVersion(asked);
  const offered = (withLongTerm: boolean) =>
    version !== undefined &&
    supportedMinors(withLongTerm, now).includes(version.minor) &&
    (withLongTerm || endOf(version, false).slice(0, 7) > now.toISOString().slice(0, 7));
  if (offered(longTerm)) return;
  if (offered(true)) {
    throw new ArmError(
      400,
      "K8sVersionNotSupported",
      `Managed cluster ${cluster} is on version ${fullVersion(asked)}, which is only available for Long-Term Support (LTS). If you intend to onboard to LTS, ` +
        "please ensure the cluster is in Premium tier and LTS support plan (see https://aka.ms/aks/enable-lts). Otherwise, use [az aks get-versions] command to get " +
        `the supported version list in this region. ${supportedListLink}`,
    );
  }
  throw new ArmError(
    400,
    "K8sVersionNotSupported",
    `Managed cluster ${cluster} is on version ${asked} which is not supported in this region. Please use [az aks get-versions] command to get the ` +
      `supported version list in this region. ${supportedListLink}`,
  );
}

/** The versions to which a control plane may be upgraded: newer patches, and the next minor version. */
function upgradesOf(current: string): string[] {
  const minors = [minorNumber(current), minorNumber(current) + 1].map((minor) => `1.${minor}`);
  return minors
    .filter((minor) => aksVersion(minor) !== undefined)
    .map(fullVersion)
    .filter((version) => compareVersions(version, current) > 0);
}

/**
 * The version that a control plane gets.
 * @param current the full version that it has
 * @param asked a minor version, which leaves the patch as it is, or a full version
 * @throws 400 OperationNotAllowed for a downgrade and for a step over a minor version
 */
export function upgradedControlPlane(current: string, asked: string | undefined): string {
  if (asked === undefined || asked === minorOf(current)) return current;
  const wanted = fullVersion(asked);
  const steps = minorNumber(wanted) - minorNumber(current);
  if (compareVersions(wanted, current) >= 0 && steps <= 1) return wanted;
  throw new ArmError(
    400,
    "OperationNotAllowed",
    `Upgrading Kubernetes version ${current} to ${asked} is not allowed. Available upgrades: [${upgradesOf(current).join(" ")}]. ` +
      "Please see https://aka.ms/aks-supported-k8s-ver for version details.",
  );
}

/** The maximum number of minor versions by which a pool may be behind its control plane. */
const mostBehind = 3;

/** @throws 400 NodePoolMcVersionIncompatible when a pool would be newer than its control plane, or too old for it */
export function requireCompatible(pool: string, controlPlane: string): void {
  const [poolMinor, planeMinor] = [minorNumber(pool), minorNumber(controlPlane)];
  const reason =
    poolMinor > planeMinor
      ? `Minor version of node pool version ${poolMinor} is bigger than control plane version ${planeMinor}.`
      : compareVersions(pool, controlPlane) > 0
        ? "Patch version of node pool is bigger than control plane's version."
        : planeMinor - poolMinor > mostBehind
          ? `Minor version of node pool cannot be more than ${mostBehind} versions less than control plane's version. ` +
            `Minor version of node pool is ${poolMinor} and control plane is ${planeMinor}.`
          : undefined;
  if (reason === undefined) return;
  throw new ArmError(
    400,
    "NodePoolMcVersionIncompatible",
    `Node pool version ${pool} and control plane version ${controlPlane} are incompatible. ${reason} ` +
      "For more information, please check https://aka.ms/aks/UpgradeVersionRules",
  );
}

/**
 * The version that a pool gets: the requested one, otherwise its current one, otherwise the control plane's.
 * @param controlPlane the control plane's full version
 * @throws 400 for a downgrade, and for a version that is not compatible with the control plane's
 */
export function poolVersion(
  asked: string | undefined,
  before: JsonObject | undefined,
  controlPlane: string,
): { orchestratorVersion: string; currentOrchestratorVersion: string } {
  const current = asString(before?.currentOrchestratorVersion);
  if (asked === undefined) {
    return {
      orchestratorVersion: asString(before?.orchestratorVersion) ?? minorOf(controlPlane),
      currentOrchestratorVersion: current ?? controlPlane,
    };
  }
  const wanted =
    asked === minorOf(controlPlane) && asked !== minorOf(current ?? "")
      ? controlPlane
      : current !== undefined && asked === minorOf(current)
        ? current
        : fullVersion(asked);
  if (current !== undefined && compareVersions(wanted, current) < 0) {
    throw new ArmError(
      400,
      "AgentPoolUpgradeVersionNotAllowed",
      `Upgrading agent pool version ${current} to ${asked} is not allowed. A node pool cannot be downgraded.`,
    );
  }
  requireCompatible(wanted, controlPlane);
  return { orchestratorVersion: asked, currentOrchestratorVersion: wanted };
}

/**
 * The rule for versions of pools in a request for an existing cluster: either no pool has a version, or all do, each its current one or
 * the control plane's new one. A pool that the request omits counts as one without a version.
 * https://github.com/Azure/ARO-HCP/pull/662: AKS refuses a request with the version of an inline pool if the cluster has other pools
 * as separate resources.
 * @param profiles the request's `agentPoolProfiles`, with the name and the settings
 * @param pools the existing pools by name
 * @throws 400 NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged
 */
export function requireVersionsOfAllOrNone(
  profiles: readonly { name: string; profile: JsonObject }[],
  pools: ReadonlyMap<string, JsonObject>,
  controlPlane: string,
): void {
  const stated = profiles.filter(({ profile }) => isGiven(profile.orchestratorVersion));
  if (stated.length === 0) return;
  const isAccepted = ({ name, profile }: { name: string; profile: JsonObject }) => {
    const asked = asString(profile.orchestratorVersion) ?? "";
    const pool = pools.get(name);
    return (
      [pool?.orchestratorVersion, pool?.currentOrchestratorVersion].includes(asked) ||
      asked === controlPlane ||
      asked === minorOf(controlPlane)
    );
  };
  const all = [...pools.keys()].every((name) => stated.some((one) => one.name === name));
  if (all && stated.every(isAccepted)) return;
  throw new ArmError(
    400,
    "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged",
    "Using managed cluster api, all Agent pools' OrchestratorVersion must be all specified or all unspecified. If all specified, they must be stay unchanged or the " +
      "same with control plane. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api",
  );
}

/** The versions that AKS offers, in the form that `az aks get-versions` reads. */
export function offeredVersions(now = new Date()): JsonObject[] {
  const community = supportedMinors(false, now);
  return supportedMinors(true, now).map((minor) => ({
    version: minor,
    ...(minor === defaultVersion(now) && { isDefault: true }),
    capabilities: {
      supportPlan: [...(community.includes(minor) ? ["KubernetesOfficial"] : []), "AKSLongTermSupport"],
    },
    patchVersions: { [fullVersion(minor)]: { upgrades: upgradesOf(fullVersion(minor)) } },
  }));
}
