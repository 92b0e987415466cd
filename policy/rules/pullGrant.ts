import { isCluster, isRoleAssignment } from "../azure/azureTypes.ts";
import type { StackOutcome, StackResource, StackRule } from "../rule.ts";
import { notKnown, shown, step } from "../propertyValues.ts";

interface Settings {
  /** Object ids that may pull, in addition to the kubelet identities of the stack's clusters. */
  objectIds: readonly string[];
}

/** The roles that only allow pulling. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const pullRoles: Record<string, string> = {
  "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
  "b93aa761-3e63-49ed-ac28-beffa264f7ac": "Container Registry Repository Reader",
};

const registryScope =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[^/]+$/i;

export const pullGrant: StackRule<Settings> = {
  on: "stack",
  id: "pull-grant",
  title: "Only the kubelet identity may pull, and from one registry",
  reason:
    "nodes pull with the kubelet identity: a role assigned to the control plane identity or to a client id has no effect, and every pull fails with 401; at a resource group or subscription, the role covers every present and future registry",
  fix: "assign the role to the object id in the cluster's identityProfile.kubeletidentity, with the id of the registry as scope; list other object ids in the rule's setting `objectIds`",
  reference: "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
  severity: "high",
  level: "mandatory",
  settings: {
    objectIds: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description:
        "Other object ids that may pull: kubelet identities of clusters outside this stack, or other readers.",
    },
  },
  check: (resources, { objectIds }) => {
    const clusters = resources.filter(({ type }) => isCluster(type));
    return resources
      .filter(({ type }) => isRoleAssignment(type))
      .flatMap((assignment) => {
        const role = step(assignment.properties, "roleDefinitionId");
        if (role.value === notKnown) return [{ resource: assignment, path: role.path, undecided: true as const }];
        const name =
          typeof role.value === "string" ? pullRoles[role.value.split("/").at(-1)?.toLowerCase() ?? ""] : undefined;
        if (name === undefined) return [];
        return [...scopeOutcomes(assignment, name), ...principalOutcomes(assignment, name, clusters, objectIds)];
      });
  },
};

function scopeOutcomes(assignment: StackResource, role: string): StackOutcome[] {
  const { path, value } = step(assignment.properties, "scope");
  if (value === notKnown) return [{ resource: assignment, path, undecided: true }];
  if (typeof value === "string" && registryScope.test(value)) return [];
  return [{ resource: assignment, path, problem: `${role} is assigned at ${shown(value)}, which is not one registry` }];
}

function principalOutcomes(
  assignment: StackResource,
  role: string,
  clusters: readonly StackResource[],
  objectIds: readonly string[],
): StackOutcome[] {
  const { path, value } = step(assignment.properties, "principalId");
  const at = { resource: assignment, path };
  const kubelets = clusters.map(kubeletObjectId);
  if (typeof value === "string") {
    const known = [...objectIds, ...kubelets.filter((id) => typeof id === "string")];
    if (known.some((id) => id.toLowerCase() === value.toLowerCase())) return [];
    if (kubelets.includes(notKnown)) return [{ ...at, undecided: true }];
    const whose =
      clusters.length === 0
        ? "there is no cluster in this stack whose kubelet identity it could be"
        : "it is not a kubelet identity of this stack's clusters";
    return [{ ...at, problem: `${role} is assigned to ${value}: ${whose}` }];
  }
  if (value !== notKnown) return [{ ...at, problem: `${role} is assigned to nobody` }];
  // Before the resources exist there are no ids to compare, but Pulumi knows which resource each id will come from.
  const source = assignment.origins("principalId");
  const kubeletSources = clusters.map((cluster) => cluster.origins("identityProfile"));
  const elsewhere =
    objectIds.length === 0 &&
    source.length > 0 &&
    clusters.length > 0 &&
    kubeletSources.every((origins) => origins.length > 0 && !origins.some((urn) => source.includes(urn)));
  if (!elsewhere) return [{ ...at, undecided: true }];
  const names = source.map((urn) => `"${urn.split("::").at(-1)}"`).join(", ");
  return [
    {
      ...at,
      problem: `${role} is assigned to an id of ${names}, which no cluster of this stack has as its kubelet identity`,
    },
  ];
}

function kubeletObjectId(cluster: StackResource): string | typeof notKnown | undefined {
  const { value } = step(cluster.properties, "identityProfile", "kubeletidentity", "objectId");
  return value === notKnown || typeof value === "string" ? value : undefined;
}
