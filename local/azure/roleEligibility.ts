/** Roles that a principal may activate through Privileged Identity Management. The control API makes principals eligible. */
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import type { Reply, Request } from "./httpMessages.ts";
import { page } from "./lists.ts";
import { roleDefinitionId } from "./roleDefinitionRequests.ts";

/** `GET .../providers/Microsoft.Authorization/roleEligibilityScheduleInstances?$filter=asTarget()`: the caller's. */
export function eligibleRoles(cloud: Cloud, request: Request, caller: Principal, scope: string): Reply {
  const own = cloud.simulation.limits.eligibleRoles.filter(
    ({ principalId }) => principalId.toLowerCase() === caller.objectId.toLowerCase(),
  );
  return page(
    request,
    own.map(({ principalId, role }) => ({
      id: `${scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/${role}`,
      type: "Microsoft.Authorization/roleEligibilityScheduleInstances",
      name: role,
      properties: {
        scope,
        principalId,
        roleDefinitionId: roleDefinitionId(cloud, role),
        memberType: "Direct",
        status: "Provisioned",
        startDateTime: new Date(0).toISOString(),
      },
    })),
  );
}
