/**
 * Names in Kubernetes. Each function returns what is wrong with a value and what is allowed, or `undefined` when it is fine.
 */

/** Name of a Kubernetes object that becomes a host name: RFC 1123 label. */
export function dnsLabelProblem(value: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"`;
}

/**
 * Name of an app, from which the names of its cluster and registry and of its Kubernetes objects are made: a DNS label
 * that starts with a letter (Services want that) and leaves room for suffixes.
 */
export function appNameProblem(value: string): string | undefined {
  if (/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"`;
}

/** What the name of an environment variable is made of, for messages. */
export const variableNameForm = 'letters, digits, and "_", not starting with a digit';

/** Name of an environment variable. */
export function variableNameProblem(value: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined;
  return `"${value}" is not an environment variable name: use ${variableNameForm}`;
}

/** Path of an HTTP endpoint. */
export function httpPathProblem(value: string): string | undefined {
  if (/^\/[\x21-\x7e]*$/.test(value)) return undefined;
  return `"${value}" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"`;
}

const objectNamePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Name of a Kubernetes object that may have dots in it, such as a Secret or a class: RFC 1123 subdomain. */
export function objectNameProblem(value: string): string | undefined {
  if (value.length <= 253 && objectNamePattern.test(value)) return undefined;
  return `"${value}" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"`;
}

/** Host name under which a service is reached from outside. */
export function hostNameProblem(value: string): string | undefined {
  if (value.length <= 253 && value.includes(".") && objectNamePattern.test(value)) return undefined;
  return `"${value}" is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"`;
}

/** Patterns of the key and the value of a label, for whatever they are a part of. */
export const labelKey = "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
export const labelValue = "([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?";
const isLabelKey = new RegExp(`^${labelKey}$`);
const isLabelValue = new RegExp(`^${labelValue}$`);

/** Key and value of a label. */
export function labelProblem(key: string, value: string): string | undefined {
  if (!isLabelKey.test(key))
    return `"${key}" is not a label key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/team"`;
  if (isLabelValue.test(value)) return undefined;
  return `"${value}" is not a label value: use up to 63 letters, digits, "-", "_", and ".", starting and ending with a letter or digit`;
}

/** Key of an annotation. */
export function annotationKeyProblem(key: string): string | undefined {
  if (isLabelKey.test(key)) return undefined;
  return `"${key}" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"`;
}
