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

/** Name of an Azure resource group. */
export function resourceGroupNameProblem(value: string): string | undefined {
  if (/^[\w().-]{1,90}$/.test(value) && !value.endsWith(".")) return undefined;
  return `"${value}" is not the name of a resource group: use 1 to 90 letters, digits, "_", "-", ".", "(" and ")", not ending with "."`;
}

/** Name of an Azure region. */
export function locationProblem(value: string): string | undefined {
  if (/^[a-z]+[a-z0-9]*$/.test(value)) return undefined;
  return `"${value}" is not the name of a region: write it in lower case without spaces, e.g. "westeurope" (az account list-locations -o table)`;
}

export const isGuid = (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/**
 * Object id of a person, group or application in Entra.
 * @param shownBy the command that shows it
 */
export function objectIdProblem(
  value: string,
  shownBy = "az ad signed-in-user show --query id; az ad group show --group NAME --query id",
): string | undefined {
  if (isGuid(value)) return undefined;
  return `"${value}" is not an object id, which is a GUID (${shownBy})`;
}

/** Id of an Azure subscription. */
export function subscriptionIdProblem(value: string): string | undefined {
  if (isGuid(value)) return undefined;
  return `"${value}" is not the id of a subscription: write its GUID (az account list --query "[].{name:name,id:id}" -o table)`;
}

/** Host of a registry, with a port where it has one of its own: what stands before the first "/" of its images' names. */
export function registryServerProblem(value: string): string | undefined {
  const [host = "", port, ...rest] = value.split(":");
  const labels = host.split(".");
  const isHost = host.length <= 253 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const isPort = port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535);
  // Without one of these, Docker takes a name for a repository of Docker Hub's.
  const isServer = labels.length > 1 || port !== undefined || host === "localhost";
  if (isHost && isPort && isServer && rest.length === 0) return undefined;
  return `"${value}" is not a registry's host: write HOST or HOST:PORT in lower case, without "https://" and without a path, e.g. "registry.example.com"`;
}

/** What the name of an environment variable is made of, for messages. */
export const variableNameForm = 'letters, digits and "_", not starting with a digit';

/** Name of an environment variable. */
export function variableNameProblem(value: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined;
  return `"${value}" is not the name of an environment variable: use ${variableNameForm}`;
}

/** Path of an HTTP endpoint. */
export function httpPathProblem(value: string): string | undefined {
  if (/^\/[\x21-\x7e]*$/.test(value)) return undefined;
  return `"${value}" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"`;
}

const objectNamePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Name of a Kubernetes object that may have dots in it, such as a Secret or a class: RFC 1123 subdomain. */
export function objectNameProblem(value: string): string | undefined {
  if (value.length <= 253 && objectNamePattern.test(value)) return undefined;
  return `"${value}" is not the name of a Kubernetes object: use lower-case letters, digits, "-" and ".", with a letter or digit at both ends, e.g. "hello-tls"`;
}

/** Host name under which a service is reached from outside. */
export function hostNameProblem(value: string): string | undefined {
  if (value.length <= 253 && value.includes(".") && objectNamePattern.test(value)) return undefined;
  return `"${value}" is not a host name: write it in full, in lower case and without "https://", e.g. "hello.example.com"`;
}

/** Patterns of the key and the value of a label, for whatever they are a part of. */
export const labelKey = "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
export const labelValue = "([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?";
const isLabelKey = new RegExp(`^${labelKey}$`);
const isLabelValue = new RegExp(`^${labelValue}$`);

/** Key and value of a label. */
export function labelProblem(key: string, value: string): string | undefined {
  if (!isLabelKey.test(key))
    return `"${key}" is not the key of a label: use letters, digits, "-", "_" and ".", and "DOMAIN/" in front if wanted, e.g. "example.com/team"`;
  if (isLabelValue.test(value)) return undefined;
  return `"${value}" is not the value of a label: use up to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends`;
}

/** Key of an annotation. */
export function annotationKeyProblem(key: string): string | undefined {
  if (isLabelKey.test(key)) return undefined;
  return `"${key}" is not the key of an annotation: use letters, digits, "-", "_" and ".", and "DOMAIN/" in front if wanted, e.g. "example.com/owner"`;
}
