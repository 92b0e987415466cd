/**
 * `POST {scope}/providers/Microsoft.Authorization/checkAccess`: whether a principal may do something. The authorization
 * webhook of an AKS cluster asks this about each request to the API server.
 *
 * https://github.com/kubeguard/guard/blob/master/authz/providers/azure/rbac/checkaccessreqhelper.go
 */
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { invalidRequestContent } from "./armErrors.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";
import { asObject, asObjects, asString } from "./jsonValues.ts";

/** How long the webhook may keep a decision, in milliseconds. */
const timeToLiveInMs = 300_000;

export async function checkAccess(cloud: Cloud, request: Request, caller: Principal): Promise<Reply> {
  const { Subject, Actions, Resource } = await jsonBody(request);
  const objectId = asString(asObject(asObject(Subject)?.Attributes)?.ObjectId);
  const scope = asString(asObject(Resource)?.Id);
  if (objectId === undefined || scope === undefined || !Array.isArray(Actions))
    throw invalidRequestContent("Subject.Attributes.ObjectId, Resource.Id and Actions are required");
  cloud.authorization.demand(caller, "Microsoft.Authorization/checkAccess/action", scope);
  return {
    status: 200,
    body: asObjects(Actions).map(({ Id, IsDataAction, Attributes }) => {
      const actionId = asString(Id) ?? "";
      const attributes = Object.entries(asObject(Attributes) ?? {}).map(([name, value]) => [name, String(value)]);
      const facts = { request: Object.fromEntries(attributes) as Record<string, string> };
      const kind = IsDataAction === true ? "dataAction" : "action";
      const allowed = cloud.authorization.allows(objectId, actionId, scope, kind, facts);
      return {
        ...{ actionId, isDataAction: IsDataAction === true, timeToLiveInMs },
        accessDecision: allowed ? "Allowed" : "NotAllowed",
      };
    }),
  };
}
