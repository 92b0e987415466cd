/**
 * The activity log: who wrote, deleted or acted on a resource. https://learn.microsoft.com/azure/azure-monitor/platform/rest-activity-log
 */
import { createHash } from "node:crypto";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { badRequest } from "./armErrors.ts";
import type { Reply, Request } from "./httpMessages.ts";
import { idKey, resourceGroupOf } from "./resourcePath.ts";
import type { JsonObject } from "./jsonValues.ts";
import { page } from "./lists.ts";

/** Azure keeps them for 90 days. */
const keptMilliseconds = 90 * 86_400_000;
/** Of a machine that runs tests for weeks. */
const mostKept = 2000;

/** A change that was accepted. It has no more than this, because each change of the inventory writes all of them. */
interface Activity {
  /** Object id. */
  caller: string;
  appId: string;
  /** ISO 8601. */
  time: string;
  operation: string;
  resourceId: string;
}

/** Records a change that was accepted. */
export function recordActivity(cloud: Cloud, caller: Principal, resourceId: string, operation: string): void {
  const { objectId, appId } = caller;
  const activity = { caller: objectId, appId, time: new Date().toISOString(), operation, resourceId };
  cloud.inventory.simulation.activity = [...recorded(cloud), activity].slice(-mostKept);
  cloud.inventory.save();
}

const recorded = ({ inventory }: Cloud): Activity[] => (inventory.simulation.activity ?? []) as Activity[];

/** The event as Azure shows it. */
function toEvent(cloud: Cloud, activity: Activity): JsonObject {
  const { caller, appId, time, operation, resourceId } = activity;
  const digest = createHash("sha256").update(JSON.stringify(activity)).digest("hex");
  const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  const resourceGroupName = resourceGroupOf(resourceId);
  return {
    caller,
    claims: { appid: appId },
    correlationId: id,
    eventDataId: id,
    eventTimestamp: time,
    submissionTimestamp: time,
    operationName: { value: operation, localizedValue: operation },
    status: { value: "Succeeded", localizedValue: "Succeeded" },
    resourceId,
    ...(resourceGroupName === undefined ? {} : { resourceGroupName }),
    subscriptionId: cloud.deployer.subscriptionId,
  };
}

/** Answers the list. @throws 400 without a filter that begins with a time, and for one of another form than Azure takes */
export function activityLog(cloud: Cloud, request: Request): Reply {
  const filter = request.query.get("$filter") ?? "";
  const [, from = ""] = /^eventTimestamp ge '([^']+)'/.exec(filter) ?? [];
  if (Number.isNaN(Date.parse(from)))
    throw badRequest("The $filter is required and needs at least a start time: eventTimestamp ge '<time>'.");
  if (Date.parse(from) < Date.now() - keptMilliseconds)
    throw badRequest("The start time cannot be more than 90 days in the past.");
  const conditions = filter
    .split(/ and /)
    .slice(1)
    .map((condition): ((activity: Activity) => boolean) => {
      const [, term = "", value = ""] = /^(resourceUri eq|eventTimestamp le) '([^']+)'$/i.exec(condition.trim()) ?? [];
      if (term === "") throw badRequest(`The filter '${condition}' is not supported.`);
      return term.endsWith("eq") ? ({ resourceId }) => idKey(resourceId) === idKey(value) : ({ time }) => time <= value;
    });
  const start = new Date(from).toISOString();
  const found = recorded(cloud).filter(
    (activity) => activity.time >= start && conditions.every((condition) => condition(activity)),
  );
  return page(
    request,
    found.toReversed().map((activity) => toEvent(cloud, activity)),
  );
}
