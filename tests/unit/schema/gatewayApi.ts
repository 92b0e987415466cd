/**
 * The parts of the Gateway API (v1, standard channel) that a workload's route is made of, in the words of the SDKs'
 * declarations: no SDK has them. https://gateway-api.sigs.k8s.io/reference/spec/
 */
import type { Members } from "./declarations.ts";
import { parseType } from "./typeText.ts";

/** A "?" at the end of a name says optional. */
const types: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GatewaySpec: {
    gatewayClassName: "string",
    listeners: "inputs.gatewayApi.Listener[]",
    "addresses?": "inputs.gatewayApi.GatewayAddress[]",
    "infrastructure?": "inputs.gatewayApi.GatewayInfrastructure",
  },
  GatewayAddress: { "type?": "string", "value?": "string" },
  GatewayInfrastructure: {
    "labels?": "{ [key: string]: string }",
    "annotations?": "{ [key: string]: string }",
    "parametersRef?": "inputs.gatewayApi.LocalParametersReference",
  },
  LocalParametersReference: { group: "string", kind: "string", name: "string" },
  Listener: {
    name: "string",
    "hostname?": "string",
    port: "number",
    protocol: '"HTTP" | "HTTPS" | "TLS" | "TCP" | "UDP"',
    "tls?": "inputs.gatewayApi.GatewayTLSConfig",
    "allowedRoutes?": "inputs.gatewayApi.AllowedRoutes",
  },
  GatewayTLSConfig: {
    "mode?": '"Terminate" | "Passthrough"',
    "certificateRefs?": "inputs.gatewayApi.SecretObjectReference[]",
    "options?": "{ [key: string]: string }",
  },
  SecretObjectReference: { "group?": "string", "kind?": "string", name: "string", "namespace?": "string" },
  AllowedRoutes: {
    "namespaces?": "inputs.gatewayApi.RouteNamespaces",
    "kinds?": "inputs.gatewayApi.RouteGroupKind[]",
  },
  RouteNamespaces: { "from?": '"All" | "Selector" | "Same"', "selector?": "inputs.meta.v1.LabelSelector" },
  RouteGroupKind: { "group?": "string", kind: "string" },
  HTTPRouteSpec: {
    "parentRefs?": "inputs.gatewayApi.ParentReference[]",
    "hostnames?": "string[]",
    "rules?": "inputs.gatewayApi.HTTPRouteRule[]",
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
    "matches?": "inputs.gatewayApi.HTTPRouteMatch[]",
    "filters?": "inputs.gatewayApi.HTTPRouteFilter[]",
    "backendRefs?": "inputs.gatewayApi.HTTPBackendRef[]",
    "timeouts?": "inputs.gatewayApi.HTTPRouteTimeouts",
  },
  HTTPRouteMatch: {
    "path?": "inputs.gatewayApi.HTTPPathMatch",
    "headers?": "inputs.gatewayApi.ValueMatch[]",
    "queryParams?": "inputs.gatewayApi.ValueMatch[]",
    "method?": '"GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "CONNECT" | "OPTIONS" | "TRACE" | "PATCH"',
  },
  HTTPPathMatch: { "type?": '"Exact" | "PathPrefix" | "RegularExpression"', "value?": "string" },
  ValueMatch: { "type?": '"Exact" | "RegularExpression"', name: "string", value: "string" },
  HTTPRouteFilter: {
    type: '"RequestHeaderModifier" | "ResponseHeaderModifier" | "RequestRedirect" | "URLRewrite"',
    "requestHeaderModifier?": "inputs.gatewayApi.HTTPHeaderFilter",
    "responseHeaderModifier?": "inputs.gatewayApi.HTTPHeaderFilter",
    "requestRedirect?": "inputs.gatewayApi.HTTPRequestRedirectFilter",
    "urlRewrite?": "inputs.gatewayApi.HTTPURLRewriteFilter",
  },
  HTTPHeaderFilter: {
    "set?": "inputs.gatewayApi.HTTPHeader[]",
    "add?": "inputs.gatewayApi.HTTPHeader[]",
    "remove?": "string[]",
  },
  HTTPHeader: { name: "string", value: "string" },
  HTTPRequestRedirectFilter: {
    "scheme?": '"http" | "https"',
    "hostname?": "string",
    "path?": "inputs.gatewayApi.HTTPPathModifier",
    "port?": "number",
    "statusCode?": "301 | 302 | 303 | 307 | 308",
  },
  HTTPURLRewriteFilter: { "hostname?": "string", "path?": "inputs.gatewayApi.HTTPPathModifier" },
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
    "filters?": "inputs.gatewayApi.HTTPRouteFilter[]",
  },
  HTTPRouteTimeouts: { "request?": "string", "backendRequest?": "string" },
};

/** @throws Error for a type that is not among these */
export function gatewayApiType(name: string): Members {
  const members = types[name];
  if (members === undefined) throw new Error(`no type ${name} of the Gateway API is written down`);
  return new Map(
    Object.entries(members).map(([property, text]) => [
      property.replace(/\?$/, ""),
      { optional: property.endsWith("?"), type: parseType(text) },
    ]),
  );
}

export const gatewayApiTypes = Object.keys(types);
