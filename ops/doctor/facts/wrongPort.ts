/** A probe that uses a different port from the one on which the process says it listens. */
import { type FailingProbe, failingProbes, wasRedirected } from "./failingProbe.ts";
import { heardPorts, type Listening, toldPort } from "./listeningPorts.ts";
import type { PodFacts } from "./podFacts.ts";

export interface WrongPort extends FailingProbe {
  /** The port on which the process listens; undefined if the probe names a port that the container does not declare. */
  heard: Listening | undefined;
}

export function wrongPort(pod: PodFacts): WrongPort | undefined {
  for (const failing of failingProbes(pod)) {
    const { probe, report, container } = failing;
    if (probe.missingPort !== undefined) return { ...failing, heard: undefined };
    if (report.answer !== "refused" || wasRedirected(failing) || probe.port === undefined) continue;
    const heard = heardPorts(container);
    if (heard.some(({ port }) => port === probe.port)) continue;
    // A second port, e.g. for metrics, says nothing about the main one.
    const own =
      heard.find(({ purpose }) => purpose === undefined) ?? (heard.length === 0 ? toldPort(container) : undefined);
    if (own !== undefined && own.port !== probe.port) return { ...failing, heard: own };
  }
  return undefined;
}
