import type { PodFacts } from "./podFacts.ts";

/** Platform of the node that runs the pod, e.g. "linux/amd64"; undefined if nodes may not be read. */
export function nodePlatform({ node }: PodFacts): string | undefined {
  const info = node?.status?.nodeInfo;
  return info === undefined ? undefined : `${info.operatingSystem}/${info.architecture}`;
}

/** Platforms of a container's image, if the registry answered and the node's platform is missing. */
export function foreignPlatforms(pod: PodFacts, image: string): string[] | undefined {
  const node = nodePlatform(pod);
  const built = pod.observation.images[image]?.platforms ?? [];
  return node !== undefined && built.length > 0 && !built.some((platform) => platform.startsWith(node))
    ? built
    : undefined;
}
