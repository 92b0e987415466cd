/** Events of the API server, selected and quoted. */
import { type Event, lastSeen } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";

/** Events about an object, newest first. */
export function eventsOf(observation: Observation, uid: string | undefined, name: string): Event[] {
  return (
    observation.events
      .filter(({ involvedObject }) =>
        involvedObject.uid === undefined || uid === undefined
          ? involvedObject.name === name
          : involvedObject.uid === uid,
      )
      // The event recorder adds this prefix when an object has many similar events, each with its own ID.
      .map((event) => ({ ...event, message: (event.message ?? "").replace(/^\(combined from similar events\): /, "") }))
      .sort((left, right) => lastSeen(right) - lastSeen(left))
  );
}

/** The pod's events about one of its containers. Events that name no container count for all. */
export function eventsAbout(events: readonly Event[], container: string): Event[] {
  return events.filter(
    ({ involvedObject: { fieldPath } }) => fieldPath === undefined || fieldPath.endsWith(`{${container}}`),
  );
}

/** The newest event with one of these reasons whose message matches. */
export const findEvent = (events: readonly Event[], reasons: readonly string[], message = /(?:)/): Event | undefined =>
  events.find(({ reason = "", message: text = "" }) => reasons.includes(reason) && message.test(text));

/** Evidence that quotes an event. */
export const quoteEvent = ({ reason = "", message = "" }: Event): string =>
  `event ${reason}: ${message.trim().slice(0, 600)}`;
