/** Checks whether the region offers the Kubernetes version, in the support plan of the cluster's tier. */
import { containerServiceVersion } from "../existingStack.ts";
import { minorOf } from "../minorVersion.ts";
import { ok, type PreflightCheck, problem } from "../preflightCheck.ts";

interface Offered {
  version: string;
  isDefault?: boolean;
  isPreview?: boolean;
  capabilities?: { supportPlan?: string[] };
  patchVersions?: Record<string, unknown>;
}

const regular = "KubernetesOfficial";

export const kubernetesVersions: PreflightCheck = {
  name: "kubernetes-version",
  about:
    "The region offers kubernetesVersion outside long-term support (or the tier is Premium), and an upgrade moves by one minor version.",
  applies: ({ ownCluster, kubernetesVersion }) => ownCluster && kubernetesVersion !== undefined,
  async run({ location, tier, kubernetesVersion: wanted = "" }, { azure, subscription, existing }) {
    const [{ values }, { cluster }] = await Promise.all([
      azure.get<{ values: Offered[] }>(
        `${subscription}/providers/Microsoft.ContainerService/locations/${location}/kubernetesVersions`,
        containerServiceVersion,
      ),
      existing(),
    ]);
    const usable = values
      .filter((one) => one.isPreview !== true && plansOf(one).includes(regular))
      .map(({ version }) => version)
      .sort((a, b) => minorOf(b) - minorOf(a));
    const fix = `set kubernetesVersion to "${usable[0] ?? ""}" (az aks get-versions --location ${location} --output table)`;
    const offered = values.find(({ version }) => minorOf(version) === minorOf(wanted));
    if (offered === undefined)
      return [problem(`${location} does not offer Kubernetes ${wanted}, only ${usable.join(", ")}`, fix)];
    if (/^\d+\.\d+\.\d+/.test(wanted) && !Object.hasOwn(offered.patchVersions ?? {}, wanted))
      return [
        problem(
          `${location} does not offer the patch ${wanted}, only ${Object.keys(offered.patchVersions ?? {}).join(", ")}`,
          `set kubernetesVersion to "${offered.version}", which always has the newest patch`,
        ),
      ];
    if (offered.isPreview === true) return [problem(`Kubernetes ${wanted} is a preview in ${location}`, fix)];
    if (!plansOf(offered).includes(regular) && tier !== "Premium")
      return [problem(`Kubernetes ${wanted} has only long-term support left, which tier ${tier} does not have`, fix)];
    const steps = cluster === undefined ? 0 : minorOf(wanted) - minorOf(cluster.version);
    if (cluster !== undefined && steps > 1)
      return [
        problem(
          `the cluster runs ${cluster.version}, and AKS upgrades one minor version at a time`,
          `set kubernetesVersion to "1.${minorOf(cluster.version) + 1}" first`,
        ),
      ];
    return [ok(`${location} offers Kubernetes ${wanted}`)];
  },
};

const plansOf = ({ capabilities }: Offered): string[] => capabilities?.supportPlan ?? [regular];
