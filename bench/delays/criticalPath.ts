/** How long an update must take at least: the longest chain of resources that wait for each other. */

/** A resource of an update, as the engine told of it. */
export interface Timed {
  urn: string;
  type: string;
  /** Seconds from the beginning of its creation to its end. */
  seconds: number;
  /** Resources that must be there first, by URN; those that are not timed count as there. */
  after: readonly string[];
}

/**
 * Seconds from the first resource's beginning to the last one's end.
 * @param longer seconds that a resource takes beyond its own time
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
    if (under.has(urn)) throw new Error(`${urn} waits for itself`);
    under.add(urn);
    const begin = Math.max(0, ...resource.after.map(endOf));
    const end = begin + resource.seconds + longer(resource);
    ends.set(urn, end);
    return end;
  };
  return Math.max(0, ...resources.map(({ urn }) => endOf(urn)));
}
