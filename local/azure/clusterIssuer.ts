/** Below this path are the documents of the clusters' OIDC issuer, and their webhook. */
export const clusterPath = "/cluster/";

/** `iss` of the clusters' tokens: `--service-account-issuer` of the API server. */
export const clusterIssuer = (endpoint: string): string => `${endpoint}${clusterPath}`;
