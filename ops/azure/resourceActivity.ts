/**
 * Azure's activity log: who wrote, deleted or acted on a resource in the last 90 days. Events appear a few minutes
 * after the change. https://learn.microsoft.com/azure/azure-monitor/platform/rest-activity-log
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { AzureRefused, resourceReader } from "./resourceReader.ts";
import type { Azure } from "./signIn.ts";

export interface ActivityEvent {
  /** A person's sign-in name, or the object id of an application. */
  caller: string;
  /** ISO 8601. */
  time: string;
  /** e.g. "Microsoft.ContainerService/managedClusters/write". */
  operation: string;
}

interface Event {
  caller?: string;
  eventTimestamp?: string;
  operationName?: { value?: string };
  status?: { value?: string };
  resourceId?: string;
}

/** Azure keeps events for 90 days and refuses queries that go back further. */
const keptDays = 89;

/**
 * Successful changes of a resource, newest first.
 * @param since ISO 8601; earlier changes are left out
 * @throws CouldNotRun if Azure does not answer with a log
 */
export async function activityOf(
  azure: Azure,
  resourceId: string,
  since: string | undefined,
  now: Date = new Date(),
): Promise<ActivityEvent[]> {
  const oldest = new Date(now.getTime() - keptDays * 86_400_000).toISOString();
  const from = since !== undefined && since > oldest ? since : oldest;
  const events = await resourceReader(azure)
    .list<Event>(
      `/subscriptions/${azure.subscription}/providers/Microsoft.Insights/eventtypes/management/values`,
      "2015-04-01",
      { $filter: `eventTimestamp ge '${from}' and resourceUri eq '${resourceId}'` },
    )
    .catch((error: unknown) => {
      if (!(error instanceof AzureRefused)) throw error;
      throw new CouldNotRun(`Azure answers ${error.status} to the request for its activity log`, { cause: error });
    });
  return events
    .flatMap(({ caller, eventTimestamp, operationName, status }): ActivityEvent[] => {
      const operation = operationName?.value ?? "";
      const changed = /\/(?:write|delete|action)$/i.test(operation) && status?.value === "Succeeded";
      return changed && caller !== undefined && eventTimestamp !== undefined
        ? [{ caller, time: eventTimestamp, operation }]
        : [];
    })
    .sort((a, b) => (a.time < b.time ? 1 : -1));
}
