/**
 * The activity log: who wrote, deleted or acted on a resource. https://learn.microsoft.com/azure/azure-monitor/platform/rest-activity-log
 */
import { randomUUID } from "node:crypto";
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

/** Records a change that was accepted. */
export function recordActivity(cloud: Cloud, caller: Principal, resourceId: string, operation: string): void {
  const events = eventsOf(cloud);
  const time = new Date().toISOString();
  events.push({
    caller: caller.objectId,
    claims: { appid: caller.appId },
    correlationId: randomUUID(),
    eventDataId: randomUUID(),
    eventTimestamp: time,
    submissionTimestamp: time,
    operationName: { value: operation, localizedValue: operation },
    status: { value: "Succeeded", localizedValue: "Succeeded" },
    resourceId,
    ...(resourceGroupOf(resourceId) === undefined ? {} : { resourceGroupName: resourceGroupOf(resourceId) }),
    subscriptionId: cloud.deployer.subscriptionId,
  });
  cloud.inventory.simulation.activity = events.slice(-mostKept);
  cloud.inventory.save();
}

const eventsOf = ({ inventory }: Cloud): JsonObject[] => (inventory.simulation.activity ?? []) as JsonObject[];

const fields: Readonly<Record<string, (event: JsonObject, value: string) => boolean>> = {
  resourceuri: ({ resourceId }, value) => idKey(String(resourceId)) === idKey(value),
  resourcegroupname: ({ resourceGroupName }, value) => String(resourceGroupName).toLowerCase() === value.toLowerCase(),
  correlationid: ({ correlationId }, value) => correlationId === value,
};

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
    .map((condition) => {
      const [, field = "", value = ""] = /^(\w+) (?:eq|le) '?([^']+)'?$/.exec(condition.trim()) ?? [];
      const test = fields[field.toLowerCase()];
      if (field === "eventTimestamp") return ({ eventTimestamp }: JsonObject) => String(eventTimestamp) <= value;
      if (test === undefined) throw badRequest(`The filter '${condition}' is not supported.`);
      return (event: JsonObject) => test(event, value);
    });
  const found = eventsOf(cloud)
    .filter(({ eventTimestamp }) => String(eventTimestamp) >= new Date(from).toISOString())
    .filter((event) => conditions.every((condition) => condition(event)));
  return page(request, found.toReversed());
}
