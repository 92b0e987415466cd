/**
 * The parts of the Gateway API (v1, standard channel), of Cilium's policies and of the Secrets Store CSI driver that this project uses, in the form of the SDKs'
 * declarations, because no SDK has them. https://gateway-api.sigs.k8s.io/reference/spec/
 */
import type { Members } from "./declarations.ts";
import { parseType } from "./typeText.ts";

/** A "?" at the end of a name means optional. */
const types: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GatewaySpec: {
    gatewayClassName: "string",
    listeners: "inputs.customKinds.Listener[]",
    "addresses?": "inputs.customKinds.GatewayAddress[]",
    "infrastructure?": "inputs.customKinds.GatewayInfrastructure",
  },
  GatewayAddress: { "type?": "string", "value?": "string" },
  GatewayInfrastructure: {
    "labels?": "{ [key: string]: string }",
    "annotations?": "{ [key: string]: string }",
    "parametersRef?": "inputs.customKinds.LocalParametersReference",
  },
  LocalParametersReference: { group: "string", kind: "string", name: "string" },
  Listener: {
    name: "string",
    "hostname?": "string",
    port: "number",
    protocol: '"HTTP" | "HTTPS" | "TLS" | "TCP" | "UDP"',
    "tls?": "inputs.customKinds.GatewayTLSConfig",
    "allowedRoutes?": "inputs.customKinds.AllowedRoutes",
  },
  GatewayTLSConfig: {
    "mode?": '"Terminate" | "Passthrough"',
    "certificateRefs?": "inputs.customKinds.SecretObjectReference[]",
    "options?": "{ [key: string]: string }",
  },
  SecretObjectReference: { "group?": "string", "kind?": "string", name: "string", "namespace?": "string" },
  AllowedRoutes: {
    "namespaces?": "inputs.customKinds.RouteNamespaces",
    "kinds?": "inputs.customKinds.RouteGroupKind[]",
  },
  RouteNamespaces: { "from?": '"All" | "Selector" | "Same"', "selector?": "inputs.meta.v1.LabelSelector" },
  RouteGroupKind: { "group?": "string", kind: "string" },
  HTTPRouteSpec: {
    "parentRefs?": "inputs.customKinds.ParentReference[]",
    "hostnames?": "string[]",
    "rules?": "inputs.customKinds.HTTPRouteRule[]",
  },
  ParentReference: {
    "group?": "string",
    "kind?": "string",
    "namespace?": "string",
    name: "string",
    "sectionName?": "string",
    "port?": "number",
  },
  HTTPRouteRule: {
    "name?": "string",
    "matches?": "inputs.customKinds.HTTPRouteMatch[]",
    "filters?": "inputs.customKinds.HTTPRouteFilter[]",
    "backendRefs?": "inputs.customKinds.HTTPBackendRef[]",
    "timeouts?": "inputs.customKinds.HTTPRouteTimeouts",
  },
  HTTPRouteMatch: {
    "path?": "inputs.customKinds.HTTPPathMatch",
    "headers?": "inputs.customKinds.ValueMatch[]",
    "queryParams?": "inputs.customKinds.ValueMatch[]",
    "method?": '"GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "CONNECT" | "OPTIONS" | "TRACE" | "PATCH"',
  },
  HTTPPathMatch: { "type?": '"Exact" | "PathPrefix" | "RegularExpression"', "value?": "string" },
  ValueMatch: { "type?": '"Exact" | "RegularExpression"', name: "string", value: "string" },
  HTTPRouteFilter: {
    type: '"RequestHeaderModifier" | "ResponseHeaderModifier" | "RequestRedirect" | "URLRewrite"',
    "requestHeaderModifier?": "inputs.customKinds.HTTPHeaderFilter",
    "responseHeaderModifier?": "inputs.customKinds.HTTPHeaderFilter",
    "requestRedirect?": "inputs.customKinds.HTTPRequestRedirectFilter",
    "urlRewrite?": "inputs.customKinds.HTTPURLRewriteFilter",
  },
  HTTPHeaderFilter: {
    "set?": "inputs.customKinds.HTTPHeader[]",
    "add?": "inputs.customKinds.HTTPHeader[]",
    "remove?": "string[]",
  },
  HTTPHeader: { name: "string", value: "string" },
  HTTPRequestRedirectFilter: {
    "scheme?": '"http" | "https"',
    "hostname?": "string",
    "path?": "inputs.customKinds.HTTPPathModifier",
    "port?": "number",
    "statusCode?": "301 | 302 | 303 | 307 | 308",
  },
  HTTPURLRewriteFilter: { "hostname?": "string", "path?": "inputs.customKinds.HTTPPathModifier" },
  HTTPPathModifier: {
    type: '"ReplaceFullPath" | "ReplacePrefixMatch"',
    "replaceFullPath?": "string",
    "replacePrefixMatch?": "string",
  },
  HTTPBackendRef: {
    "group?": "string",
    "kind?": "string",
    name: "string",
    "namespace?": "string",
    "port?": "number",
    "weight?": "number",
    "filters?": "inputs.customKinds.HTTPRouteFilter[]",
  },
  // Of Cilium: https://docs.cilium.io/en/stable/network/kubernetes/policy/#ciliumnetworkpolicy
  CiliumNetworkPolicySpec: {
    endpointSelector: "inputs.customKinds.CiliumSelector",
    "egress?": "inputs.customKinds.CiliumEgressRule[]",
  },
  CiliumSelector: { "matchLabels?": "{ [key: string]: string }" },
  CiliumEgressRule: {
    "toEntities?": "string[]",
    "toCIDR?": "string[]",
    "toPorts?": "inputs.customKinds.CiliumPortRule[]",
  },
  CiliumPortRule: { ports: "inputs.customKinds.CiliumPort[]" },
  CiliumPort: { port: "string", "protocol?": '"TCP" | "UDP" | "SCTP" | "ANY"' },
  // Of the Secrets Store CSI driver: https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass
  SecretProviderClassSpec: {
    provider: '"azure"',
    parameters: "{ [key: string]: string }",
    "secretObjects?": "inputs.customKinds.SecretObject[]",
  },
  SecretObject: {
    secretName: "string",
    type: "string",
    "labels?": "{ [key: string]: string }",
    "annotations?": "{ [key: string]: string }",
    data: "inputs.customKinds.SecretObjectData[]",
  },
  SecretObjectData: { objectName: "string", key: "string" },
  HTTPRouteTimeouts: { "request?": "string", "backendRequest?": "string" },
};

/** @throws Error for any other type */
export function customType(name: string): Members {
  const members = types[name];
  if (members === undefined) throw new Error(`no type ${name} is written down`);
  return new Map(
    Object.entries(members).map(([property, text]) => [
      property.replace(/\?$/, ""),
      { optional: property.endsWith("?"), type: parseType(text) },
    ]),
  );
}

export const customTypes = Object.keys(types);
