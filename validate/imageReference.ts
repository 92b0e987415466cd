/**
 * References to container images, `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`, by the grammar that Docker, containerd and the
 * kubelet share: https://github.com/distribution/reference
 */

export interface ImageReference {
  /** Registry host with its port, as written. Missing if the runtime chooses the registry. */
  host?: string;
  /** The path as written, without host, tag, and digest. */
  path: string;
  tag?: string;
  /** `ALGORITHM:HEX`, e.g. `sha256:` and 64 digits. */
  digest?: string;
}

/** Splits a string into its parts without validating them: the path may be empty, and any part may be invalid. */
export function splitImageReference(text: string): ImageReference {
  const at = text.indexOf("@");
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const name = hasTag ? named.slice(0, colon) : named;
  const slash = name.indexOf("/");
  const hasHost = slash !== -1 && isHost(name.slice(0, slash));
  return {
    ...(hasHost && { host: name.slice(0, slash) }),
    path: hasHost ? name.slice(slash + 1) : name,
    ...(hasTag && { tag: named.slice(colon + 1) }),
    ...(at !== -1 && { digest: text.slice(at + 1) }),
  };
}

/**
 * Runtimes treat the first part of a path as a host if it has one of these signs, otherwise as a namespace on Docker
 * Hub.
 */
const isHost = (part: string) => /[.:]/.test(part) || part === "localhost" || part !== part.toLowerCase();

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?$`);
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/** Docker reserves this form for image ids. */
const idPattern = /^[0-9a-f]{64}$/;

export const isImagePath = (text: string): boolean => text.length <= 255 && pathPattern.test(text);
export const isImageTag = (text: string): boolean => tagPattern.test(text);
export const isImageDigest = (text: string): boolean => digestPattern.test(text);

/** @returns the parts, or `undefined` for a string that container runtimes reject */
export function parseImageReference(text: string): ImageReference | undefined {
  const reference = splitImageReference(text);
  const { host, path, tag, digest } = reference;
  const isValid =
    !idPattern.test(text) &&
    (host === undefined || hostPattern.test(host)) &&
    isImagePath(path) &&
    (tag === undefined || isImageTag(tag)) &&
    (digest === undefined || isImageDigest(digest));
  return isValid ? reference : undefined;
}

/** Default registry host. */
export const dockerHub = "docker.io";

/** Returns the registry and repository that a runtime pulls from: `docker.io` and `library/node` for `node`. */
export function pullSource({ host, path }: ImageReference): { host: string; repository: string } {
  const registry = host === undefined || host === "index.docker.io" ? dockerHub : host;
  return { host: registry, repository: registry === dockerHub && !path.includes("/") ? `library/${path}` : path };
}

/**
 * The host of a registry's address, `registry.example.com:5000` for `https://registry.example.com:5000/v2/`. All hosts of
 * Docker Hub are `docker.io`.
 */
export function plainRegistryHost(address: string): string {
  const host = address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return /^(?:index|registry-1)\.docker\.io$/.test(host) ? dockerHub : host;
}

/** Matches a first path part that is a registry's host. A part such as "my.team" may be a namespace in a registry. */
const hostInPath =
  /^(?:localhost|\d+(?:\.\d+){3}|(?:[a-z0-9-]+\.)+(?:io|com|net|org|dev|cloud|cn|us|de|eu|uk|fr|app|local|internal|lan))\//;

/** Returns the problem with the repository of an image in a registry, without host and tag, or `undefined`. */
export function repositoryProblem(text: string): string | undefined {
  const host = hostInPath.exec(text)?.[0];
  if (host !== undefined && isImagePath(text))
    return `"${text}" begins with the host of a registry, to which it would be added: use "${text.slice(host.length)}", and set the registry with registryName, existingRegistry, or registryServer`;
  if (isImagePath(text)) return undefined;
  return `"${text}" is not a repository: use lower-case letters, digits, and single separators, without a registry host or tag, e.g. "team/hello"`;
}

/** Returns the problem with the tag of an image, or `undefined`. `latest` is refused because it does not say which version runs. */
export function tagProblem(text: string): string | undefined {
  if (text === "latest")
    return `"latest" does not identify a version: use a version, e.g. "1.4.2", or remove the tag, which is then computed from the content`;
  if (isImageTag(text)) return undefined;
  return `"${text}" is not a tag: use up to 128 letters, digits, ".", "_", and "-", not starting with "." or "-", e.g. "1.4.2"`;
}

/**
 * Returns the reason why a runtime cannot read a reference (InvalidImageName), for the invalid part, or `undefined`.
 * @param allowed what to use instead
 */
function unreadableProblem(text: string, allowed: string): string | undefined {
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `"${text}" begins with "${scheme}", which no image reference has: ${allowed}`;
  if (/\s/.test(text)) return `"${text}" has white space in it: ${allowed}`;
  const { host, path, tag, digest } = splitImageReference(text);
  if (path !== path.toLowerCase())
    return `"${text}" has upper-case letters in its repository (InvalidImageName): use lower case, "${path.toLowerCase()}"`;
  if (tag !== undefined && !isImageTag(tag)) return `"${text}" has the invalid tag "${tag}": ${allowed}`;
  if (digest !== undefined && !isImageDigest(digest))
    return `"${text}" has an invalid digest (use sha256: and 64 hexadecimal digits in lower case): ${allowed}`;
  if (host !== undefined && !/[.:]/.test(host) && host !== "localhost")
    return `"${text}" begins with "${host}", which is not the host of a registry: ${allowed}`;
  const port = /:(\d+)$/.exec(host ?? "")?.[1];
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65535))
    return `"${text}" has the port ${port}, and ports are numbers from 1 to 65535: ${allowed}`;
  return parseImageReference(text) === undefined ? `"${text}" is not an image reference: ${allowed}` : undefined;
}

/** Returns the problem with a Dockerfile's base image, or `undefined`. The builder may choose its registry. */
export const baseImageProblem = (text: string): string | undefined =>
  unreadableProblem(text, "use [HOST/]REPOSITORY:TAG, e.g. node:24");

/** Returns the problem with an image in a registry, with or without tag and digest, or `undefined`. */
export function registryImageProblem(text: string): string | undefined {
  const allowed = 'use HOST/REPOSITORY:TAG, e.g. "myregistry.azurecr.io/hello:main"';
  const problem = unreadableProblem(text, allowed);
  if (problem !== undefined) return problem;
  return splitImageReference(text).host === undefined
    ? `"${text}" is not an image in a registry: ${allowed}`
    : undefined;
}

/** Returns the problem with an image for pods, or `undefined`. The reference needs a host, a tag, and a digest. */
export function pinnedImageProblem(text: string): string | undefined {
  const allowed = "use HOST/REPOSITORY:TAG@DIGEST, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...";
  const problem = unreadableProblem(text, allowed);
  if (problem !== undefined) return problem;
  const { host, tag, digest } = splitImageReference(text);
  if (host === undefined) return `"${text}" has no registry host, so nodes would pull it from Docker Hub: ${allowed}`;
  if (tag === "latest") return `"${text}" has the tag "latest", which does not identify a version: ${allowed}`;
  if (tag === undefined || digest === undefined) return `"${text}" does not have both a tag and a digest: ${allowed}`;
  return undefined;
}
