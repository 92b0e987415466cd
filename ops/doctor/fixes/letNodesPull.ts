/** Lets the nodes pull from an Azure container registry. */
import type { Step } from "../causes/cause.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import type { PullGrant } from "../facts/grantFault.ts";
import { run } from "./changeOwner.ts";

export function grantPull({ observation }: PodFacts, { registry, kubelet }: PullGrant): Step[] {
  const role = registry.roleMode === "abac" ? "Container Registry Repository Reader" : "AcrPull";
  const { stack } = observation.target;
  const command = `az role assignment create --role "${role}" --assignee-object-id ${kubelet.objectId} --assignee-principal-type ServicePrincipal --scope ${registry.id}`;
  const wait = { say: "Then wait up to 10 minutes. The pods pull once the grant has propagated." };
  if (stack === undefined) return [run(`Grant ${role} to the kubelet identity:`, command), wait];
  return [
    run(
      "The stack declares this role assignment, so it was removed outside the stack. Restore it with a refresh and an update:",
      `pulumi up --refresh --stack ${stack}`,
    ),
    run("Or grant it directly:", command),
    wait,
  ];
}
