/** An Azure container registry that does not let the cluster's nodes pull. */
import type { AzureLook, ClusterAccount, RegistryAccount, RoleGrant } from "../azure/azureLook.ts";
import type { Diagnosis, Step } from "../finding.ts";
import { stackOf } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { pullProblem, type PullProblem } from "./failingPull.ts";
import { refused } from "./unusablePullSecret.ts";

/** A grant takes up to 10 minutes to propagate, and a node can keep a token from before the grant for an hour. */
const propagationMilliseconds = 60 * 60_000;

export function acrPull(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  const { azure } = view.observation;
  if (problem === undefined || azure === undefined || !refused(problem.text)) return undefined;
  const registry = azure.registries[problem.reference?.host ?? ""];
  const kubelet = azure.cluster?.kubelet;
  if (registry === undefined || kubelet === undefined) return undefined;
  return judge({ view, problem, azure, registry, kubelet });
}

interface Facts {
  view: PodView;
  problem: PullProblem;
  azure: AzureLook;
  registry: RegistryAccount;
  kubelet: NonNullable<ClusterAccount["kubelet"]>;
}

const same = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && left.toLowerCase() === right.toLowerCase();

function judge(facts: Facts): Diagnosis | undefined {
  const { registry, kubelet, azure, view } = facts;
  const suffices = (grant: RoleGrant) => (registry.roleMode === "abac" ? grant.pullsAbac : grant.pullsClassic);
  const of = (id: string | undefined) => registry.grants.filter(({ principalId }) => same(principalId, id));
  const granted = of(kubelet.objectId).find(suffices);
  if (granted !== undefined) {
    const age = granted.createdOn === undefined ? Infinity : view.now - Date.parse(granted.createdOn);
    if (age > propagationMilliseconds) return undefined;
    return found(
      facts,
      "acrpull-not-propagated",
      `${granted.role} was granted ${duration(age)} ago and has not propagated yet`,
      [
        `the kubelet identity ${kubelet.objectId} has held ${granted.role} at ${granted.scope} since ${granted.createdOn}`,
        "a grant takes up to 10 minutes to propagate, and a node can keep a token from before the grant for an hour",
      ],
      [
        { say: "Wait. The pods pull at their next attempt without any action." },
        {
          say: "If pulls are still refused after an hour, check from the nodes:",
          command: `az aks check-acr --resource-group ${azure.cluster?.resourceGroup} --name ${azure.cluster?.name} --acr ${registry.loginServer}`,
        },
      ],
    );
  }
  const ignored = of(kubelet.objectId).find((grant) => grant.pullsClassic);
  if (registry.roleMode === "abac" && ignored !== undefined) {
    return found(
      facts,
      "acrpull-ignored-by-abac",
      `The registry "${registry.name}" uses repository permissions (ABAC) and ignores ${ignored.role}`,
      [
        `role assignment mode of ${registry.loginServer}: RBAC Registry + ABAC Repository Permissions`,
        `the kubelet identity ${kubelet.objectId} holds ${ignored.role}, but no role with repository permissions`,
      ],
      grantSteps(facts),
    );
  }
  const controlPlane = azure.cluster?.controlPlane;
  if (!same(controlPlane?.objectId, kubelet.objectId) && of(controlPlane?.objectId).some(suffices)) {
    return found(
      facts,
      "acrpull-on-control-plane",
      "The role to pull is assigned to the cluster's control plane identity, but the nodes pull with the kubelet identity",
      [
        `${controlPlane?.objectId} (control plane) may pull from ${registry.loginServer}`,
        `${kubelet.objectId} (kubelet) may not`,
      ],
      grantSteps(facts),
    );
  }
  const clientIds = [kubelet.clientId, controlPlane?.clientId];
  const byClientId = clientIds.find((id) => !same(id, kubelet.objectId) && of(id).some(suffices));
  if (byClientId !== undefined) {
    return found(
      facts,
      "acrpull-on-client-id",
      "The role to pull is assigned to an identity's client ID instead of its object ID",
      [
        `a role assignment at ${registry.loginServer} names ${byClientId}, which is the client ID of the ${same(byClientId, kubelet.clientId) ? "kubelet" : "control plane"} identity`,
        `the kubelet identity's object ID is ${kubelet.objectId}, which holds no role there`,
      ],
      grantSteps(facts),
    );
  }
  return found(
    facts,
    "acrpull-missing",
    `The nodes of cluster "${azure.cluster?.name}" are not allowed to pull from ${registry.loginServer}`,
    [
      `the kubelet identity ${kubelet.objectId} holds no role that allows pulls, at the registry or above it`,
      registry.grants.length === 0
        ? "there are no role assignments at the registry"
        : `role assignments at the registry: ${registry.grants.map(({ role, principalId }) => `${role} for ${principalId}`).join(", ")}`,
    ],
    grantSteps(facts),
  );
}

function found({ problem }: Facts, code: Diagnosis["code"], title: string, seen: string[], mend: Step[]): Diagnosis {
  return { code, title, container: problem.container.name, evidence: [...problem.evidence, ...seen], mend };
}

function grantSteps({ view, registry, kubelet }: Facts): Step[] {
  const role = registry.roleMode === "abac" ? "Container Registry Repository Reader" : "AcrPull";
  const stack = stackOf(view);
  const command = `az role assignment create --role "${role}" --assignee-object-id ${kubelet.objectId} --assignee-principal-type ServicePrincipal --scope ${registry.id}`;
  const wait = { say: "Then wait up to 10 minutes. The pods pull once the grant has propagated." };
  if (stack === undefined) return [{ say: `Grant ${role} to the kubelet identity:`, command }, wait];
  return [
    {
      say: "The stack declares this role assignment, so it was removed outside the stack. Restore it with a refresh and an update:",
      command: `pulumi up --refresh --stack ${stack}`,
    },
    { say: "Or grant it directly:", command },
    wait,
  ];
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
