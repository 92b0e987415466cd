/**
 * Names that Azure and Kubernetes accept. Each function returns what is wrong with a name and what is allowed, or
 * `undefined` when it is fine.
 */

/** Name of a Kubernetes object that becomes a host name: RFC 1123 label. */
export function dnsLabelProblem(value: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" is not a DNS label: use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, e.g. "hello-api"`;
}

/**
 * Name of an app, from which the names of its cluster and registry and of its Kubernetes objects are made: a DNS label
 * that starts with a letter (Services want that) and leaves room for suffixes.
 */
export function appNameProblem(value: string): string | undefined {
  if (/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" cannot name an app: use 1 to 30 lower-case letters, digits and "-", starting with a letter and not ending with "-", e.g. "hello-api"`;
}

/** Name of an Azure container registry. */
export function registryNameProblem(value: string): string | undefined {
  if (/^[a-zA-Z0-9]{5,50}$/.test(value)) return undefined;
  return `"${value}" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"`;
}

/** Repository of an image in a registry, without host and tag. */
export function repositoryProblem(value: string): string | undefined {
  const part = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
  if (value.length <= 255 && new RegExp(`^${part}(/${part})*$`).test(value)) return undefined;
  return `"${value}" is not a repository: use lower-case letters, digits and single separators, without registry host and tag, e.g. "team/hello"`;
}

/** Tag of an image. `latest` is refused: what it means changes, so that nobody knows what runs. */
export function tagProblem(value: string): string | undefined {
  if (value === "latest")
    return `"latest" is no version: leave the tag out (it then follows from the content) or name one, e.g. "1.4.2"`;
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value)) return undefined;
  return `"${value}" is not a tag: use up to 128 letters, digits, ".", "_" and "-", not starting with "." or "-", e.g. "1.4.2"`;
}

/** Name of an environment variable. */
export function variableNameProblem(value: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined;
  return `"${value}" is not the name of an environment variable: use letters, digits and "_", not starting with a digit`;
}

/** Path of an HTTP endpoint. */
export function httpPathProblem(value: string): string | undefined {
  if (/^\/[\x21-\x7e]*$/.test(value)) return undefined;
  return `"${value}" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"`;
}
