/** The whole observation, with parsed pods and owners. The input of the scene causes. */
import type { Observation } from "../observation.ts";
import { type Health, healthOf } from "./podHealth.ts";
import { ownersOf, type OwnerFacts } from "./ownerFacts.ts";
import { type PodFacts, podFactsOf } from "./podFacts.ts";

export interface ScenePod {
  facts: PodFacts;
  health: Health;
}

export interface Scene {
  observation: Observation;
  pods: ScenePod[];
  owners: OwnerFacts[];
  /** Time of the observation, in milliseconds. */
  now: number;
}

export function sceneOf(observation: Observation): Scene {
  const facts = observation.pods.map((pod) => podFactsOf(observation, pod));
  const owners = ownersOf(observation);
  const pods = facts.map((pod) => ({ facts: pod, health: healthOf(pod, owners) }));
  return { observation, pods, owners, now: Date.parse(observation.at) };
}
