/** An image name, parsed as container runtimes parse it. */
export interface ImageReference {
  /** Registry host with port; `docker.io` when the name has none. */
  host: string;
  /** Does the name itself say which registry? */
  hostGiven: boolean;
  repository: string;
  tag?: string;
  digest?: string;
}

const pattern =
  /^(?<name>[^:@\s]+(?::\d+(?=\/)[^:@\s]*)?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]{32,}))?$/;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** @returns undefined when it is not the name of an image */
export function parseImage(image: string): ImageReference | undefined {
  const groups = pattern.exec(image)?.groups;
  if (groups === undefined) return undefined;
  const [first = "", ...rest] = (groups.name ?? "").split("/");
  // The rule of Docker and containerd: a first part with a dot or a port, or "localhost", is a host.
  const hostGiven = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = hostGiven ? rest : [first, ...rest];
  if (path.some((part) => !component.test(part))) return undefined;
  const repository = hostGiven || path.length > 1 ? path.join("/") : `library/${path.join("/")}`;
  return {
    host: hostGiven ? first : "docker.io",
    hostGiven,
    repository,
    ...(groups.tag === undefined ? {} : { tag: groups.tag }),
    ...(groups.digest === undefined ? {} : { digest: groups.digest }),
  };
}
