/** Image names: `HOST[:PORT]/PATH[:TAG]`. */

export interface ImageName {
  /** Registry host, with its port. */
  domain: string;
  path: string;
  tag: string;
}

/** Docker Hub's registry, by the name under which engines and `docker login` keep its credentials. */
const dockerHub = "https://index.docker.io/v1/";
const dockerHubNames = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** True for a first part that is a host and not a folder of Docker Hub. */
function isDomain(part: string): boolean {
  return /[.:]/.test(part) || part === "localhost" || part !== part.toLowerCase();
}

/** The parts of a name; one without a host means Docker Hub, as everywhere. */
export function parseImageName(name: string): ImageName {
  const withoutDigest = name.replace(/@.*$/, "");
  const [, repository = withoutDigest, tag = "latest"] = /^(.+?):([\w][\w.-]*)$/.exec(withoutDigest) ?? [];
  const slash = repository.indexOf("/");
  const first = slash === -1 ? "" : repository.slice(0, slash);
  if (isDomain(first)) {
    return { domain: first, path: repository.slice(slash + 1), tag };
  }
  return { domain: "docker.io", path: slash === -1 ? `library/${repository}` : repository, tag };
}

/** True when the name says which registry it is in. */
export function isFullyQualified(name: string): boolean {
  return name.includes("/") && isDomain(name.slice(0, name.indexOf("/")));
}

/** `HOST/PATH@sha256:...` */
export function digestReference(name: string, digest: string): string {
  const { domain, path } = parseImageName(name);
  return `${domain}/${path}@${digest}`;
}

/** The host under which credentials for a registry are kept: of `https://HOST/v2/` it is HOST. */
export function credentialsHost(server: string): string {
  const host = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return dockerHubNames.includes(host) ? dockerHub : host;
}
