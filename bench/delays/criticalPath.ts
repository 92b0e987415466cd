/** The minimum time of an update: its longest chain of resources that wait for each other. */

/** A resource of an update, from the engine's events. */
export interface Timed {
  urn: string;
  type: string;
  /** Seconds that its creation took. */
  seconds: number;
  /** URNs of the resources that must exist first; resources without a time count as existing. */
  after: readonly string[];
}

/**
 * Seconds from the start of the first resource to the end of the last.
 * @param longer additional seconds of a resource
 * @throws Error on a cycle
 */
export function criticalPath(resources: readonly Timed[], longer: (resource: Timed) => number = () => 0): number {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const ends = new Map<string, number>();
  const under = new Set<string>();
  const endOf = (urn: string): number => {
    const resource = byUrn.get(urn);
    if (resource === undefined) return 0;
    const known = ends.get(urn);
    if (known !== undefined) return known;
    if (under.has(urn)) throw new Error(`${urn} depends on itself`);
    under.add(urn);
    const begin = Math.max(0, ...resource.after.map(endOf));
    const end = begin + resource.seconds + longer(resource);
    ends.set(urn, end);
    return end;
  };
  return Math.max(0, ...resources.map(({ urn }) => endOf(urn)));
}
