/** Names in Kubernetes. Each function returns the problem with a value and what is allowed, or `undefined`. */
import { isIP } from "node:net";
import { specialUseProblem } from "./specialUseNames.ts";

/** Name of a Kubernetes object that becomes a host name: RFC 1123 label. */
export function dnsLabelProblem(value: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"`;
}

/**
 * Name of an app, which the names of its cluster, registry and Kubernetes objects derive from: a DNS label that starts
 * with a letter, as Services require, and leaves room for suffixes.
 */
export function appNameProblem(value: string): string | undefined {
  if (/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(value)) return undefined;
  return `"${value}" is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"`;
}

/**
 * Namespaces of Kubernetes and AKS. A namespace that the stack creates gets a policy that denies all traffic and the
 * Pod Security level `restricted`, and is deleted with the stack. In one of these, that would break the cluster.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
 */
const systemNamespaces = new Set([
  ...["default", "gatekeeper-system", "calico-system", "calico-apiserver", "tigera-operator", "app-routing-system"],
  ...["aks-istio-system", "aks-istio-ingress", "aks-istio-egress", "aks-command", "azure-arc", "azuredefender"],
  ...["azure-alb-system", "azure-workload-identity-system", "azure-extensions-usage-system", "flux-system"],
  ...["dapr-system", "osm-system", "istio-system", "acstor", "karpenter", "cert-manager", "dataprotection-microsoft"],
  ...["kubernetes-dashboard"],
]);

/** Name of a namespace that is created for a service. */
export function namespaceProblem(value: string): string | undefined {
  const problem = dnsLabelProblem(value);
  if (problem !== undefined) return problem;
  if (!systemNamespaces.has(value) && !value.startsWith("kube-")) return undefined;
  return value === "default"
    ? `"default" is a namespace that Kubernetes never deletes, so it cannot be created and deleted with the service: use a name of its own, e.g. "hello"`
    : `"${value}" is a namespace of the cluster itself, which network policy and Pod Security would break: use a name of its own, e.g. "hello"`;
}

/** The form of an environment variable's name, for messages. */
export const variableNameForm = 'letters, digits, and "_", not starting with a digit';

/** Name of an environment variable. */
export function variableNameProblem(value: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined;
  return `"${value}" is not an environment variable name: use ${variableNameForm}`;
}

/** Path of an HTTP endpoint, with its query. */
export function httpPathProblem(value: string): string | undefined {
  if (value.includes("#")) return `"${value}" has a "#", and what follows it is never sent: remove that part`;
  if (/^\/[\x21-\x7e]*$/.test(value)) return undefined;
  return `"${value}" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"`;
}

/**
 * The path prefixes that HTTPRoute's definition allows: https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch
 */
const routePath = /^\/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*$/;

/** Path prefix of a route. */
export function routePathProblem(value: string): string | undefined {
  const wrong = /\?/.test(value)
    ? "a query"
    : /#/.test(value)
      ? "a fragment"
      : /\/\//.test(value)
        ? 'an empty part ("//")'
        : /\/\.{1,2}(\/|$)/.test(value)
          ? 'a part "." or ".."'
          : /%2f/i.test(value)
            ? 'an encoded "/"'
            : undefined;
  if (wrong !== undefined && value.startsWith("/"))
    return `"${value}" has ${wrong}, and routes match only paths: use the prefix of a path, e.g. "/shop"`;
  const pattern = patternIn(value);
  if (pattern !== undefined)
    return `"${value}" has ${pattern}, and a route compares its path literally, as a prefix of the requested path: leave that part out, e.g. "/shop" for "/shop/*"`;
  if (value.length > 1024) return `the path has ${value.length} characters: use at most 1024`;
  if (routePath.test(value)) return undefined;
  return `"${value}" is not the prefix of a path: start it with "/", and use letters, digits, and -._~!$&'()*+,;=:@, e.g. "/shop"`;
}

/** Finds pattern syntax of other routers. An HTTPRoute would match these characters literally. */
const patternIn = (path: string): string | undefined =>
  /^[~^]/.test(path) || /\.\*|[$]$|\\|\[[^\]]*\]/.test(path)
    ? "a regular expression"
    : /(^|\/)\*+(\/|$)/.test(path)
      ? 'a wildcard "*"'
      : /\/(:[A-Za-z]\w*|\{[^/]*\}|<[^/]*>)(\/|$)/.test(path)
        ? "a parameter"
        : undefined;

const subdomain = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";
const objectNamePattern = new RegExp(`^${subdomain}$`);

/** Name of a Kubernetes object that may contain dots, such as a Secret or a class: RFC 1123 subdomain. */
export function objectNameProblem(value: string): string | undefined {
  if (value.length <= 253 && objectNamePattern.test(value)) return undefined;
  return `"${value}" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"`;
}

/** Host name for access from outside. */
export function hostNameProblem(value: string): string | undefined {
  if (isIP(value) !== 0 || /^[\d.]+$/.test(value))
    return `"${value}" is an IP address, which neither a route nor a certificate can name: use a host name, e.g. "hello.example.com"`;
  const labels = value.split(".");
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) return `"${value}" has a part of ${long.length} characters: use at most 63 between two dots`;
  const isName = value.length <= 253 && labels.length > 1 && objectNamePattern.test(value);
  // No top-level domain is a number: resolvers read such a name as an address.
  if (isName && !/\.\d+$/.test(value)) return specialUseProblem(value);
  return `"${value}" is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"`;
}

/** Patterns of a label's key and value, for use in other patterns. */
export const labelKey = `((?=[^/]{1,253}/)${subdomain}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?`;
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

/** Maximum size of an object's annotations, keys and values together, in bytes. */
const annotationsSize = 256 * 1024;

/** Returns the problem with annotations that are too large together, or `undefined`. */
export function annotationsSizeProblem(annotations: Readonly<Record<string, unknown>>): string | undefined {
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + (typeof value === "string" ? Buffer.byteLength(value) : 0),
    0,
  );
  if (size <= annotationsSize) return undefined;
  return `${Math.ceil(size / 1024)} KiB of annotations exceed the 256 KiB that Kubernetes stores: put large texts into configFiles`;
}

/** Key of an annotation. */
export function annotationKeyProblem(key: string): string | undefined {
  // Unlike a label key, an annotation key may have upper-case letters in its domain.
  if (isLabelKey.test(key.toLowerCase())) return undefined;
  return `"${key}" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"`;
}
